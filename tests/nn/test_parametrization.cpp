#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/architecture.hpp"

namespace ntksweep {
namespace {

Architecture deep(const std::string& parametrization) {
  Architecture a;
  a.inputs = 7;
  a.width = 16;
  a.depth = 2;
  a.outputs = 3;
  a.parametrization = parametrization;
  a.biases = Biases::all;
  a.sigma_w = 1.5;
  a.sigma_b = 0.25;
  return a;
}

void expect_layer(const LayerRule& layer, double scale, double weight_sd, double bias_scale, double bias_sd,
                  double rate) {
  EXPECT_DOUBLE_EQ(layer.scale, scale);
  EXPECT_DOUBLE_EQ(layer.weight_sd, weight_sd);
  EXPECT_DOUBLE_EQ(layer.weight_rate, rate);
  EXPECT_DOUBLE_EQ(layer.bias_scale, bias_scale);
  EXPECT_DOUBLE_EQ(layer.bias_sd, bias_sd);
  EXPECT_DOUBLE_EQ(layer.bias_rate, rate);
}

std::string refusal(const Architecture& architecture) {
  try {
    layer_rules(architecture);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Parametrization, LayersHaveTheShapesOfTheNetwork) {
  const auto layers = layer_rules(deep("ntk"));
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ(layers[0].fan_in, 7);
  EXPECT_EQ(layers[0].fan_out, 16);
  EXPECT_EQ(layers[1].fan_in, 16);
  EXPECT_EQ(layers[1].fan_out, 16);
  EXPECT_EQ(layers[2].fan_in, 16);
  EXPECT_EQ(layers[2].fan_out, 3);
}

TEST(Parametrization, NtkScalesEveryLayerByItsInputsAndLearnsAtRateOne) {
  const auto layers = layer_rules(deep("ntk"));
  expect_layer(layers[0], 1.5 / std::sqrt(7.0), 1, 0.25, 1, 1);
  expect_layer(layers[1], 1.5 / 4, 1, 0.25, 1, 1);
  expect_layer(layers[2], 1.5 / 4, 1, 0.25, 1, 1);
}

TEST(Parametrization, StandardPutsTheScaleIntoTheInitialVariance) {
  const auto layers = layer_rules(deep("standard"));
  expect_layer(layers[0], 1, 1.5 / std::sqrt(7.0), 1, 0.25, 1);
  expect_layer(layers[1], 1, 1.5 / 4, 1, 0.25, 1);
  expect_layer(layers[2], 1, 1.5 / 4, 1, 0.25, 1);
}

TEST(Parametrization, MupDividesTheOutputByTheWidthAndLearnsAtTheRateOfTheWidth) {
  const auto layers = layer_rules(deep("mup"));
  expect_layer(layers[0], 1.5 / std::sqrt(7.0), 1, 0.25, 1, 16);
  expect_layer(layers[1], 1.5 / 4, 1, 0.25, 1, 16);
  expect_layer(layers[2], 1.5 / 16, 1, 0.25 / 4, 1, 16);
}

TEST(Parametrization, MeanFieldIsMupWithOneHiddenLayer) {
  Architecture one = deep("mean_field");
  one.depth = 1;
  const auto layers = layer_rules(one);
  expect_layer(layers[0], 1.5 / std::sqrt(7.0), 1, 0.25, 1, 16);
  expect_layer(layers[1], 1.5 / 16, 1, 0.25 / 4, 1, 16);
}

TEST(Parametrization, WithoutHiddenLayersMupIsNtk) {
  Architecture flat = deep("mup");
  flat.depth = 0;
  const auto layers = layer_rules(flat);
  ASSERT_EQ(layers.size(), 1u);
  expect_layer(layers[0], 1.5 / std::sqrt(7.0), 1, 0.25, 1, 1);
}

TEST(Parametrization, InitializationFactorsMoveTheInitialValuesOnly) {
  Architecture scaled = deep("mup");
  scaled.init_scale = 2;
  scaled.bias_init_scale = 0;
  scaled.layer_init_scale = {1, 10, 100};
  const auto layers = layer_rules(scaled);
  const auto plain = layer_rules(deep("mup"));
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_DOUBLE_EQ(layers[l].weight_sd, 2 * std::pow(10.0, static_cast<double>(l)));
    EXPECT_EQ(layers[l].bias_sd, 0);
    EXPECT_EQ(layers[l].scale, plain[l].scale);
    EXPECT_EQ(layers[l].bias_scale, plain[l].bias_scale);
    EXPECT_EQ(layers[l].weight_rate, plain[l].weight_rate);
    EXPECT_EQ(layers[l].bias_rate, plain[l].bias_rate);
  }
}

TEST(Parametrization, TrainingTheOutputOnlyFreezesAllLayersBelow) {
  for (const auto& row : parametrizations()) {
    Architecture frozen = deep(std::string(row.name));
    frozen.depth = row.name == "mean_field" ? 1 : 2;
    const auto free = layer_rules(frozen);
    frozen.trained = Trained::output;
    const auto layers = layer_rules(frozen);
    for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
      EXPECT_EQ(layers[l].weight_rate, 0);
      EXPECT_EQ(layers[l].bias_rate, 0);
      EXPECT_EQ(layers[l].scale, free[l].scale);
    }
    EXPECT_EQ(layers.back().weight_rate, free.back().weight_rate);
    EXPECT_EQ(layers.back().bias_rate, free.back().bias_rate);
  }
}

TEST(Parametrization, OnlyTheAskedForLayersHaveBiases) {
  Architecture a = deep("ntk");
  const auto pattern = [&](Biases biases) {
    a.biases = biases;
    std::string result;
    for (const auto& layer : layer_rules(a)) {
      EXPECT_EQ(layer.has_bias, layer.bias_rate != 0);
      result += layer.has_bias ? '1' : '0';
    }
    return result;
  };
  EXPECT_EQ(pattern(Biases::none), "000");
  EXPECT_EQ(pattern(Biases::hidden), "110");
  EXPECT_EQ(pattern(Biases::all), "111");
}

TEST(Parametrization, CountsWeightsAndBiases) {
  Architecture a = deep("ntk");
  const Index weights = 7 * 16 + 16 * 16 + 16 * 3;
  EXPECT_EQ(parameter_count(layer_rules(a)), weights + 16 + 16 + 3);
  EXPECT_EQ(trained_parameter_count(layer_rules(a)), weights + 16 + 16 + 3);
  a.biases = Biases::hidden;
  EXPECT_EQ(parameter_count(layer_rules(a)), weights + 16 + 16);
  a.trained = Trained::output;
  EXPECT_EQ(parameter_count(layer_rules(a)), weights + 16 + 16);
  EXPECT_EQ(trained_parameter_count(layer_rules(a)), 16 * 3);
  a.biases = Biases::all;
  EXPECT_EQ(trained_parameter_count(layer_rules(a)), 16 * 3 + 3);
}

TEST(Parametrization, MeanFieldRefusesOtherDepthsThanOne) {
  for (const Index depth : {0, 2, 3}) {
    Architecture a = deep("mean_field");
    a.depth = depth;
    const std::string message = refusal(a);
    EXPECT_NE(message.find("model.depth = 1"), std::string::npos) << message;
    EXPECT_NE(message.find("mup"), std::string::npos) << message;
  }
}

TEST(Parametrization, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  const std::string message = refusal(deep("nkt"));
  EXPECT_NE(message.find("'nkt'"), std::string::npos) << message;
  for (const auto& row : parametrizations()) EXPECT_NE(message.find(row.name), std::string::npos) << message;
}

TEST(Parametrization, AWrongNumberOfLayerFactorsIsRefused) {
  Architecture a = deep("ntk");
  for (const std::vector<double>& factors : {std::vector<double>{1, 2}, std::vector<double>{1, 2, 3, 4}}) {
    a.layer_init_scale = factors;
    const std::string message = refusal(a);
    EXPECT_NE(message.find("model.layer_init_scale"), std::string::npos) << message;
    EXPECT_NE(message.find("3 weight layers"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace ntksweep
