#include "ntksweep/nn/initialization.hpp"

#include <fmt/format.h>

#include <array>

#include "initial_draws.hpp"
#include "initialization_functions.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/named.hpp"

namespace ntksweep {

namespace {

void as_they_are(std::vector<LayerRule>&, const Architecture&) {}

void zero_output(std::vector<LayerRule>& layers, const Architecture&) {
  layers.back().weight_sd = layers.back().bias_sd = 0;
}

Parameters gaussian(const InitialContext& context) { return draw_parameters(context, standard_normal); }

Parameters uniform(const InitialContext& context) { return draw_parameters(context, standard_uniform); }

constexpr std::array<Initialization, 8> table{{
    {"gaussian", "N(0, 1), then times the standard deviation of the parametrization and the init scales",
     WideLimit::gaussian, Needs::nothing, as_they_are, gaussian},
    {"uniform", "U(-sqrt 3, sqrt 3), variance 1, then scaled in the same way", WideLimit::none, Needs::nothing,
     as_they_are, uniform},
    {"orthogonal", "each weight array semi-orthogonal times sqrt(max(fan_in, fan_out)), then scaled in the same way",
     WideLimit::gaussian, Needs::nothing, as_they_are, initial::orthogonal},
    {"zero_output", "gaussian, with the output layer at zero: f_0 = 0", WideLimit::gaussian, Needs::nothing,
     zero_output, gaussian},
    {"symmetric", "two equal halves of width / 2 with opposite output signs: f_0 = 0, K_0 that of one half",
     WideLimit::gaussian, Needs::nothing, initial::adjust_symmetric, initial::symmetric},
    {"balanced", "W_l W_l^T = W_{l+1}^T W_{l+1}, with the product of gaussian's weight arrays", WideLimit::none,
     Needs::nothing, as_they_are, initial::balanced},
    {"spectral", "aligned with the training data: Y X^T = U S V^T, W_1 = sd R V^T, W_L = sd U R^T", WideLimit::none,
     Needs::data, as_they_are, initial::spectral},
    {"file", "the weights and biases in model.init_path, times the init scales", WideLimit::none, Needs::parameters,
     as_they_are, initial::from_file},
}};

}  // namespace

std::span<const Initialization> initializations() { return table; }

const Initialization& find_initialization(std::string_view name) {
  if (const auto* row = find_named(initializations(), name)) return *row;
  throw InputError(fmt::format("model.initialization: no initialization is called '{}'; choose one of {}", name,
                               fmt::join(names_of(initializations()), ", ")));
}

}  // namespace ntksweep
