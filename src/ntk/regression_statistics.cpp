#include <array>

#include "ntksweep/nn/dataset.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

enum class Kernel { initial, end, infinite, nngp };
enum class Set { train, test };

/// The one with K_T is formed at the end, where the network is at hand.
const KernelRegression* end_regression(const Snapshot& s) {
  if (s.kernel == nullptr) return nullptr;
  if (!s.regression) {
    const StatisticOptions& options = s.theory.options();
    const Matrix test_kernel = empirical_ntk(s.network, s.data.x_test, s.data.x, options.kind);
    s.regression = kernel_regression(kernel_eigensystem(s), test_kernel, s.data.y, options.ridge);
  }
  return &*s.regression;
}

template <Kernel kernel>
const KernelRegression* regression(const Snapshot& s) {
  if constexpr (kernel == Kernel::initial) return &s.theory.regression();
  if constexpr (kernel == Kernel::end) return end_regression(s);
  const auto& limit = kernel == Kernel::infinite ? s.theory.infinite_regression() : s.theory.nngp_regression();
  return limit ? &*limit : nullptr;
}

template <Kernel kernel, Set set>
void loss(const Snapshot& s, Out out) {
  const KernelRegression* fit = regression<kernel>(s);
  if (fit == nullptr) return;
  out[0] =
      set == Set::train ? squared_loss(fit->train_output, s.data.y) : squared_loss(fit->test_output, s.data.y_test);
}

template <Kernel kernel, Set set>
void error(const Snapshot& s, Out out) {
  const KernelRegression* fit = regression<kernel>(s);
  if (fit == nullptr) return;
  out[0] = set == Set::train ? classification_error(s.data.kind, fit->train_output, s.data.y)
                             : classification_error(s.data.kind, fit->test_output, s.data.y_test);
}

template <Kernel kernel>
void rank(const Snapshot& s, Out out) {
  if (const KernelRegression* fit = regression<kernel>(s)) out[0] = static_cast<double>(fit->rank);
}

constexpr std::string_view formula = "f(x) = K(x, X) (K + n ridge)^-1 y; pseudo-inverse above N eps lambda_max";
constexpr std::string_view source = "Jacot, Gabriel, Hongler 2018, arXiv:1806.07572";

constexpr Statistic row(std::string_view name, std::string_view long_name, void (*measure)(const Snapshot&, Out),
                        Number number = Number::real) {
  return {name, Group::regression, Taken::end, Shape::scalar, number, "1", long_name, formula, source, measure};
}

constexpr std::array table{
    row("regression_initial_train_loss", "training loss of kernel regression with the NTK at initialization",
        loss<Kernel::initial, Set::train>),
    row("regression_initial_train_error", "training error of kernel regression with the NTK at initialization",
        error<Kernel::initial, Set::train>),
    row("regression_initial_test_loss", "test loss of kernel regression with the NTK at initialization",
        loss<Kernel::initial, Set::test>),
    row("regression_initial_test_error", "test error of kernel regression with the NTK at initialization",
        error<Kernel::initial, Set::test>),
    row("regression_initial_rank", "numerical rank of the NTK at initialization in kernel regression",
        rank<Kernel::initial>, Number::integer),
    row("regression_end_train_loss", "training loss of kernel regression with the NTK at the end of training",
        loss<Kernel::end, Set::train>),
    row("regression_end_train_error", "training error of kernel regression with the NTK at the end of training",
        error<Kernel::end, Set::train>),
    row("regression_end_test_loss", "test loss of kernel regression with the NTK at the end of training",
        loss<Kernel::end, Set::test>),
    row("regression_end_test_error", "test error of kernel regression with the NTK at the end of training",
        error<Kernel::end, Set::test>),
    row("regression_end_rank", "numerical rank of the NTK at the end of training in kernel regression",
        rank<Kernel::end>, Number::integer),
    row("regression_infinite_train_loss", "training loss of kernel regression with the infinite-width NTK",
        loss<Kernel::infinite, Set::train>),
    row("regression_infinite_train_error", "training error of kernel regression with the infinite-width NTK",
        error<Kernel::infinite, Set::train>),
    row("regression_infinite_test_loss", "test loss of kernel regression with the infinite-width NTK",
        loss<Kernel::infinite, Set::test>),
    row("regression_infinite_test_error", "test error of kernel regression with the infinite-width NTK",
        error<Kernel::infinite, Set::test>),
    row("regression_infinite_rank", "numerical rank of the infinite-width NTK in kernel regression",
        rank<Kernel::infinite>, Number::integer),
    row("regression_nngp_train_loss", "training loss of kernel regression with the infinite-width NNGP kernel",
        loss<Kernel::nngp, Set::train>),
    row("regression_nngp_train_error", "training error of kernel regression with the infinite-width NNGP kernel",
        error<Kernel::nngp, Set::train>),
    row("regression_nngp_test_loss", "test loss of kernel regression with the infinite-width NNGP kernel",
        loss<Kernel::nngp, Set::test>),
    row("regression_nngp_test_error", "test error of kernel regression with the infinite-width NNGP kernel",
        error<Kernel::nngp, Set::test>),
    row("regression_nngp_rank", "numerical rank of the infinite-width NNGP kernel in kernel regression",
        rank<Kernel::nngp>, Number::integer),
};

}  // namespace

std::span<const Statistic> regression_statistics() { return table; }

}  // namespace ntksweep
