#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

#include "../support/cases.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/core/random.hpp"
#include "ntksweep/nn/initialization.hpp"

namespace ntksweep {
namespace {

Architecture shaped(const std::string& initialization, Index inputs, Index width, Index depth, Index outputs) {
  Architecture a;
  a.initialization = initialization;
  a.inputs = inputs;
  a.width = width;
  a.depth = depth;
  a.outputs = outputs;
  return a;
}

/// The numbers that stored results rest on: substream = hash of (layer, rows, columns).
std::vector<double> expected_draws(std::uint64_t layer, std::uint64_t rows, std::uint64_t columns, std::size_t count) {
  const std::array<std::uint64_t, 3> identity{layer, rows, columns};
  std::vector<double> values(count);
  RandomStream(Stream::initialization, 7, hash_values(std::span<const std::uint64_t>(identity))).normals(values);
  return values;
}

TEST(InitializationTable, GaussianWeightsAndBiasesAreTheDrawsOfTheirLayerAndShape) {
  Architecture a = shaped("gaussian", 4, 6, 1, 3);
  a.biases = Biases::all;
  a.init_scale = 2;
  const auto network = initialize(a, 7);
  const auto weights = expected_draws(1, 3, 6, 18);
  const auto bias = expected_draws(0, 6, 0, 6);
  for (Index i = 0; i < 18; ++i) EXPECT_EQ(network.weights[1].data()[i], 2 * weights[static_cast<std::size_t>(i)]);
  for (Index i = 0; i < 6; ++i) EXPECT_EQ(network.biases[0](i), bias[static_cast<std::size_t>(i)]);
}

TEST(InitializationTable, EntriesOfIndependentAndOrthogonalLayersHaveMeanZeroAndVarianceOne) {
  for (const auto* name : {"gaussian", "uniform", "orthogonal"}) {
    for (const auto& network :
         {initialize(shaped(name, 300, 300, 1, 200), 3), initialize(shaped(name, 30, 900, 1, 200), 3)}) {
      for (const Matrix& w : network.weights) {
        const double count = static_cast<double>(w.size());
        EXPECT_NEAR(w.mean(), 0, 5 / std::sqrt(count)) << name;
        EXPECT_NEAR(w.squaredNorm() / count, 1, 5 * std::sqrt(2 / count)) << name;
      }
    }
  }
}

TEST(InitializationTable, UniformDrawsStayInTheirInterval) {
  Architecture a = shaped("uniform", 8, 64, 1, 1);
  a.biases = Biases::all;
  const auto network = initialize(a, 0);
  EXPECT_LT(network.weights[0].cwiseAbs().maxCoeff(), std::sqrt(3.0));
  EXPECT_GT(network.weights[0].cwiseAbs().maxCoeff(), 1.6);
  EXPECT_LT(network.biases[0].cwiseAbs().maxCoeff(), std::sqrt(3.0));
}

TEST(InitializationTable, AZeroOutputLayerShowsInTheRulesAndLeavesTheOthersAsTheyWere) {
  Architecture a = shaped("zero_output", 4, 6, 2, 3);
  a.biases = Biases::all;
  const auto network = initialize(a, 1);
  a.initialization = "gaussian";
  const auto gaussian = initialize(a, 1);
  EXPECT_EQ(network.layers.back().weight_sd, 0);
  EXPECT_EQ(network.layers.back().bias_sd, 0);
  EXPECT_EQ(network.weights[2].norm(), 0);
  EXPECT_EQ(network.biases[2].norm(), 0);
  for (std::size_t l : {0u, 1u}) {
    EXPECT_EQ(network.weights[l], gaussian.weights[l]);
    EXPECT_EQ(network.biases[l], gaussian.biases[l]);
    EXPECT_EQ(network.layers[l].weight_sd, 1);
  }
}

TEST(InitializationTable, ImbalanceMovesScaleFromTheOutputToTheFirstLayer) {
  const Dataset data = cases::regression(4, 9, 3, 1);
  for (const auto& row : initializations()) {
    if (row.needs == Needs::parameters) continue;
    Architecture a = shaped(std::string(row.name), 4, 6, 2, 3);
    const auto plain = initialize(a, 2, {.data = &data});
    a.imbalance = 4;
    const auto tilted = initialize(a, 2, {.data = &data});
    EXPECT_TRUE(tilted.weights[0].isApprox(4 * plain.weights[0], 1e-14)) << row.name;
    EXPECT_TRUE(tilted.weights[1].isApprox(plain.weights[1], 1e-14)) << row.name;
    EXPECT_LE((4 * tilted.weights[2] - plain.weights[2]).norm(), 1e-14 * plain.weights[2].norm()) << row.name;
    EXPECT_EQ(tilted.layers[0].weight_sd, 4 * plain.layers[0].weight_sd) << row.name;
    EXPECT_EQ(4 * tilted.layers[2].weight_sd, plain.layers[2].weight_sd) << row.name;
  }
}

std::string refusal(const Architecture& architecture, const InitialMaterial& material = {}) {
  try {
    initialize(architecture, 0, material);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(InitializationTable, ImbalanceWithoutHiddenLayersIsRefused) {
  Architecture a = shaped("gaussian", 4, 6, 0, 3);
  a.imbalance = 2;
  EXPECT_NE(refusal(a).find("model.imbalance"), std::string::npos) << refusal(a);
  a.imbalance = 1;
  EXPECT_EQ(refusal(a), "");
}

TEST(InitializationTable, WhatIsMissingIsNamed) {
  EXPECT_NE(refusal(shaped("file", 4, 6, 1, 3)).find("model.init_path"), std::string::npos);
  EXPECT_NE(refusal(shaped("spectral", 4, 6, 1, 3)).find("training data"), std::string::npos);
}

TEST(InitializationTable, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  const std::string message = refusal(shaped("xavier", 4, 6, 1, 3));
  EXPECT_NE(message.find("model.initialization"), std::string::npos) << message;
  for (const auto& row : initializations()) EXPECT_NE(message.find(row.name), std::string::npos) << message;
}

Parameters parameters_of(const Network<double>& network) { return {network.weights, network.biases}; }

TEST(StoredParameters, AreUsedAsTheyAreTimesTheInitScales) {
  Architecture a = shaped("gaussian", 4, 6, 1, 3);
  a.biases = Biases::hidden;
  a.parametrization = "standard";  // its standard deviations must not come in
  const Parameters stored = parameters_of(initialize(a, 5));
  a.initialization = "file";
  const auto same = initialize(a, 99, {.parameters = &stored});
  EXPECT_EQ(same.weights, stored.weights);
  EXPECT_EQ(same.biases, stored.biases);
  a.init_scale = 3;
  a.layer_init_scale = {1, 10};
  a.bias_init_scale = 0.5;
  const auto scaled = initialize(a, 99, {.parameters = &stored});
  EXPECT_TRUE(scaled.weights[0].isApprox(3 * stored.weights[0], 1e-15));
  EXPECT_TRUE(scaled.weights[1].isApprox(30 * stored.weights[1], 1e-15));
  EXPECT_TRUE(scaled.biases[0].isApprox(0.5 * stored.biases[0], 1e-15));
}

TEST(StoredParameters, OfAnotherShapeAreRefusedWithWhatToSet) {
  const Parameters stored = parameters_of(initialize(shaped("gaussian", 4, 64, 2, 10), 5));
  const auto message = [&](Architecture a) {
    a.initialization = "file";
    return refusal(a, {.parameters = &stored});
  };
  const auto narrow = message(shaped("", 4, 128, 2, 10));
  EXPECT_NE(narrow.find("layer 1 has shape 64 x 4, this cell needs 128 x 4; set grid.width = 64"), std::string::npos)
      << narrow;
  const auto shallow = message(shaped("", 4, 64, 1, 10));
  EXPECT_NE(shallow.find("set model.depth = 2"), std::string::npos) << shallow;
  const auto inputs = message(shaped("", 5, 64, 2, 10));
  EXPECT_NE(inputs.find("the data must have 4 inputs"), std::string::npos) << inputs;
  const auto outputs = message(shaped("", 4, 64, 2, 1));
  EXPECT_NE(outputs.find("the data must have 10 outputs"), std::string::npos) << outputs;
  Architecture biased = shaped("", 4, 64, 2, 10);
  biased.biases = Biases::hidden;
  EXPECT_NE(message(biased).find("model.biases"), std::string::npos) << message(biased);
}

}  // namespace
}  // namespace ntksweep
