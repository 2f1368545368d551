#include <algorithm>
#include <array>

#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

/// Column-major C x n_test is sample by sample.
void test_predictions(const Snapshot& s, Out out) { std::ranges::copy(s.test_output.reshaped(), out.begin()); }

constexpr std::array table{
    Statistic{"test_predictions", Group::predictions, Taken::end, Shape::test_outputs, Number::real, "1",
              "outputs of the trained model on the test set at the end of training", "F(x_i)", "", test_predictions},
};

}  // namespace

std::span<const Statistic> prediction_statistics() { return table; }

}  // namespace ntksweep
