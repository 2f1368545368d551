#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/nn/network.hpp"

namespace ntksweep {
namespace {

std::vector<double> draws(const Initialization& row, std::size_t count) {
  std::vector<double> values(count);
  row.draw(RandomStream(Stream::initialization, 3), values);
  return values;
}

TEST(InitializationTable, EveryDistributionHasMeanZeroAndVarianceOne) {
  const double count = 200000;
  for (const auto& row : initializations()) {
    double mean = 0, square = 0, fourth = 0;
    for (const double value : draws(row, 200000)) {
      mean += value / count;
      square += value * value / count;
      fourth += value * value * value * value / count;
    }
    EXPECT_NEAR(mean, 0, 5 / std::sqrt(count)) << row.name;
    EXPECT_NEAR(square, 1, 5 * std::sqrt((fourth - 1) / count)) << row.name;
  }
}

TEST(InitializationTable, AShorterArrayIsTheBeginningOfALongerOne) {
  for (const auto& row : initializations()) {
    const auto longer = draws(row, 101);
    for (const std::size_t count : {1, 2, 3, 4, 5, 50}) {
      const auto shorter = draws(row, count);
      EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), longer.begin())) << row.name << ", " << count;
    }
  }
}

TEST(InitializationTable, UniformDrawsStayInTheirInterval) {
  for (const double value : draws(find_initialization("uniform"), 10000)) EXPECT_LT(std::abs(value), std::sqrt(3.0));
}

TEST(InitializationTable, TheNetworkUsesTheOneAskedFor) {
  Architecture architecture;
  architecture.initialization = "uniform";
  architecture.width = 64;
  architecture.biases = Biases::all;
  const auto network = initialize(architecture, 0);
  EXPECT_LT(network.weights[0].cwiseAbs().maxCoeff(), std::sqrt(3.0));
  EXPECT_GT(network.weights[0].cwiseAbs().maxCoeff(), 1.5);
  EXPECT_LT(network.biases[0].cwiseAbs().maxCoeff(), std::sqrt(3.0));
}

TEST(InitializationTable, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  try {
    find_initialization("xavier");
    FAIL() << "accepted";
  } catch (const InputError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("model.initialization"), std::string::npos) << message;
    for (const auto& row : initializations()) EXPECT_NE(message.find(row.name), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace ntksweep
