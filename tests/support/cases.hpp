#pragma once

#include <random>
#include <string>
#include <vector>

#include "ntksweep/nn/activation.hpp"
#include "ntksweep/nn/architecture.hpp"
#include "ntksweep/nn/dataset.hpp"

/// Inputs shared by the numerical tests: every kind of network the tables know, and random data
/// from the standard library's generator (not the one under test).
namespace ntksweep::cases {

inline Matrix random_matrix(Index rows, Index columns, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  Matrix values(rows, columns);
  for (Index i = 0; i < values.size(); ++i) values.data()[i] = normal(engine);
  return values;
}

/// Normal inputs and targets; the test set has three samples.
inline Dataset regression(Index inputs, Index samples, Index outputs, unsigned seed) {
  Dataset data;
  data.x = random_matrix(inputs, samples, seed);
  data.y = data.y_clean = random_matrix(outputs, samples, seed + 1000);
  data.x_test = random_matrix(inputs, 3, seed + 2000);
  data.y_test = random_matrix(outputs, 3, seed + 3000);
  return data;
}

/// Activation x parametrization x 0..3 hidden layers x 1 and 3 outputs x biases, small and with
/// scales that are neither 1 nor alike, so that a forgotten factor shows.
inline std::vector<Architecture> every_architecture() {
  std::vector<Architecture> all;
  for (const auto& activation : activations()) {
    for (const auto& parametrization : parametrizations()) {
      for (const Index depth : {0, 1, 2, 3}) {
        if (parametrization.name == "mean_field" && depth != 1) continue;
        for (const Index outputs : {1, 3}) {
          for (const Biases biases : {Biases::none, Biases::hidden, Biases::all}) {
            Architecture architecture;
            architecture.inputs = 3;
            architecture.width = 5;
            architecture.depth = depth;
            architecture.outputs = outputs;
            architecture.activation = activation.name;
            architecture.leaky_slope = 0.2;
            architecture.parametrization = parametrization.name;
            architecture.biases = biases;
            architecture.sigma_w = 1.3;
            architecture.sigma_b = 0.7;
            all.push_back(architecture);
          }
        }
      }
    }
  }
  return all;
}

inline std::string describe(const Architecture& architecture) {
  constexpr const char* biases[] = {"none", "hidden", "all"};
  return architecture.activation + ", " + architecture.parametrization + ", depth " +
         std::to_string(architecture.depth) + ", outputs " + std::to_string(architecture.outputs) + ", biases " +
         biases[static_cast<int>(architecture.biases)] +
         (architecture.trained == Trained::output ? ", output layer only" : "");
}

}  // namespace ntksweep::cases
