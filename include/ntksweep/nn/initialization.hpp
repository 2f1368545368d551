#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ntksweep/nn/network.hpp"

namespace ntksweep {

/// What an initialization is made from.
struct InitialContext {
  const Architecture& architecture;
  const std::vector<LayerRule>& layers;  ///< of that architecture, adjusted
  std::uint64_t seed;
  const InitialMaterial& material;
};

/// Whether the Gaussian-process formulas of infinite width (NNGP and NTK), fed with the layer rules,
/// hold for networks that start so.
enum class WideLimit { gaussian, none };

/// What an initialization needs in InitialMaterial.
enum class Needs { nothing, data, parameters };

/// How a whole network starts. To add one, write its function and add one row to the table in
/// initialization.cpp.
struct Initialization {
  std::string_view name;
  std::string_view formula;
  WideLimit wide_limit;
  Needs needs;
  /// Changes the rules where some parameters start at zero; throws InputError where the architecture
  /// does not suit.
  void (*adjust)(std::vector<LayerRule>& layers, const Architecture& architecture);
  Parameters (*draw)(const InitialContext& context);
};

std::span<const Initialization> initializations();

/// The initialization of that name; throws InputError naming the known ones.
const Initialization& find_initialization(std::string_view name);

}  // namespace ntksweep
