#include "ntksweep/nn/initialization.hpp"

#include <fmt/format.h>

#include <array>
#include <numbers>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/named.hpp"

namespace ntksweep {

namespace {

void gaussian(const RandomStream& stream, std::span<double> out) { stream.normals(out); }

void uniform(const RandomStream& stream, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = (2.0 * stream.uniform(i) - 1.0) * std::numbers::sqrt3;
}

constexpr std::array<Initialization, 2> table{{
    {"gaussian", "N(0, 1), then times the standard deviation of the parametrization and the init scales", gaussian},
    {"uniform", "U(-sqrt 3, sqrt 3), variance 1, then scaled in the same way", uniform},
}};

}  // namespace

std::span<const Initialization> initializations() { return table; }

const Initialization& find_initialization(std::string_view name) {
  if (const auto* row = find_named(initializations(), name)) return *row;
  throw InputError(fmt::format("model.initialization: no initialization is called '{}'; choose one of {}", name,
                               fmt::join(names_of(initializations()), ", ")));
}

}  // namespace ntksweep
