#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "../support/cases.hpp"
#include "ntksweep/nn/network.hpp"

namespace ntksweep {
namespace {

Architecture base() {
  Architecture a;
  a.inputs = 4;
  a.width = 6;
  a.depth = 2;
  a.outputs = 3;
  a.biases = Biases::all;
  return a;
}

/// What is left of the weights and biases when the layer's scale is taken out: the draws.
bool same_draws(const Network<double>& a, const Network<double>& b, std::size_t layer) {
  const Matrix wa = a.weights[layer] / a.layers[layer].weight_sd;
  const Matrix wb = b.weights[layer] / b.layers[layer].weight_sd;
  return wa.isApprox(wb, 1e-15) &&
         (a.biases[layer] / a.layers[layer].bias_sd).isApprox(b.biases[layer] / b.layers[layer].bias_sd, 1e-15);
}

TEST(Initialization, SameSeedGivesTheSameBits) {
  const auto a = initialize(base(), 11);
  const auto b = initialize(base(), 11);
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_EQ(a.weights[l], b.weights[l]);
    EXPECT_EQ(a.biases[l], b.biases[l]);
  }
}

TEST(Initialization, AnotherSeedGivesOtherDrawsEverywhere) {
  const auto a = initialize(base(), 11);
  const auto b = initialize(base(), 12);
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_TRUE((a.weights[l].array() != b.weights[l].array()).all());
    EXPECT_TRUE((a.biases[l].array() != b.biases[l].array()).all());
  }
}

TEST(Initialization, NoTwoParametersShareADraw) {
  Architecture a = base();
  a.width = 6;
  a.depth = 3;  // two hidden layers of the same shape
  std::set<double> seen;
  const auto network = initialize(a, 0);
  for (std::size_t l = 0; l < network.weights.size(); ++l) {
    for (const double w : network.weights[l].reshaped()) seen.insert(w);
    for (const double b : network.biases[l]) seen.insert(b);
  }
  EXPECT_EQ(static_cast<Index>(seen.size()), parameter_count(network.layers));
}

TEST(Initialization, DoesNotDependOnTheActivation) {
  const auto reference = initialize(base(), 5);
  for (const auto& phi : activations()) {
    Architecture a = base();
    a.activation = phi.name;
    const auto network = initialize(a, 5);
    for (std::size_t l = 0; l < 3; ++l) EXPECT_EQ(network.weights[l], reference.weights[l]) << phi.name;
  }
}

TEST(Initialization, ParametrizationAndScalesOnlyMultiplyTheDraws) {
  const auto reference = initialize(base(), 5);
  for (const auto* name : {"ntk", "standard", "mup"}) {
    Architecture a = base();
    a.parametrization = name;
    a.init_scale = 3;
    a.sigma_w = 0.7;
    a.sigma_b = 0.3;
    a.layer_init_scale = {1, 2, 5};
    a.bias_init_scale = 7;
    for (std::size_t l = 0; l < 3; ++l) EXPECT_TRUE(same_draws(initialize(a, 5), reference, l)) << name << l;
  }
}

TEST(Initialization, LaterLayersDoNotMoveEarlierOnes) {
  Architecture deeper = base();
  deeper.depth = 3;
  const auto a = initialize(base(), 5);
  const auto b = initialize(deeper, 5);
  for (std::size_t l = 0; l < 2; ++l) EXPECT_TRUE(same_draws(a, b, l));
}

TEST(Initialization, BiasesAndWhatIsTrainedDoNotMoveTheWeights) {
  const auto reference = initialize(base(), 5);
  for (const Biases biases : {Biases::none, Biases::hidden}) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      Architecture a = base();
      a.biases = biases;
      a.trained = trained;
      const auto network = initialize(a, 5);
      for (std::size_t l = 0; l < 3; ++l) EXPECT_EQ(network.weights[l], reference.weights[l]);
    }
  }
}

TEST(Initialization, NetworksOfDifferentWidthShareNoDraws) {
  Architecture wider = base();
  wider.width = 7;
  const auto a = initialize(base(), 5);
  const auto b = initialize(wider, 5);
  std::set<double> seen(a.weights[0].data(), a.weights[0].data() + a.weights[0].size());
  for (const double w : b.weights[0].reshaped()) EXPECT_FALSE(seen.contains(w));
}

TEST(Initialization, DrawsAreStandardNormalsTimesTheLayersDeviation) {
  Architecture a = base();
  a.width = 400;
  a.depth = 2;
  a.parametrization = "standard";
  a.sigma_w = 1.1;
  const auto network = initialize(a, 3);
  const Matrix& w = network.weights[1];
  const double count = static_cast<double>(w.size());
  const double sd = 1.1 / 20;
  EXPECT_NEAR(w.mean(), 0, 5 * sd / std::sqrt(count));
  EXPECT_NEAR(w.squaredNorm() / count, sd * sd, 5 * sd * sd * std::sqrt(2 / count));
}

TEST(Initialization, BiasesAreAbsentWhereTheLayerHasNone) {
  Architecture a = base();
  a.biases = Biases::hidden;
  const auto network = initialize(a, 3);
  EXPECT_EQ(network.biases[0].size(), 6);
  EXPECT_EQ(network.biases[1].size(), 6);
  EXPECT_EQ(network.biases[2].size(), 0);
}

TEST(Initialization, ABiasScaleOfZeroStartsBiasesAtZeroAndStillTrainsThem) {
  Architecture a = base();
  a.bias_init_scale = 0;
  const auto network = initialize(a, 3);
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_TRUE((network.biases[l].array() == 0).all());
    EXPECT_EQ(network.layers[l].bias_rate, 1);
  }
}

TEST(Cast, RoundsEveryParameterOnce) {
  const auto network = initialize(base(), 8);
  const auto single = cast<float>(network);
  const auto back = cast<double>(single);
  for (std::size_t l = 0; l < 3; ++l) {
    for (Index i = 0; i < network.weights[l].size(); ++i) {
      EXPECT_EQ(single.weights[l].data()[i], static_cast<float>(network.weights[l].data()[i]));
      EXPECT_EQ(back.weights[l].data()[i], static_cast<double>(single.weights[l].data()[i]));
    }
    for (Index i = 0; i < network.biases[l].size(); ++i) {
      EXPECT_EQ(single.biases[l](i), static_cast<float>(network.biases[l](i)));
    }
    EXPECT_EQ(single.layers[l].scale, network.layers[l].scale);
  }
}

}  // namespace
}  // namespace ntksweep
