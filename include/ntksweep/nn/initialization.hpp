#pragma once

#include <span>
#include <string_view>

#include "ntksweep/core/random.hpp"

namespace ntksweep {

/// A distribution of initial parameters with mean 0 and variance 1; scales come afterwards.
/// To add one, write its function and add one row to the table in initialization.cpp.
struct Initialization {
  std::string_view name;
  std::string_view formula;
  void (*draw)(const RandomStream& stream, std::span<double> out);
};

std::span<const Initialization> initializations();

/// The initialization of that name; throws InputError naming the known ones.
const Initialization& find_initialization(std::string_view name);

}  // namespace ntksweep
