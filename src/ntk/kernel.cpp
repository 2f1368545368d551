#include "ntksweep/ntk/kernel.hpp"

#include "kernel_between.hpp"

namespace ntksweep {

Matrix input_gram(const Matrix& x) { return gram_matrix({x.data(), x.rows(), x.cols()}); }

Matrix empirical_ntk(const Network<double>& network, const KernelInputs& inputs, Activity<double>& activity,
                     KernelKind kind) {
  KernelSide side(network, inputs.x, activity);
  return KernelBetween(network, side, side, kind, inputs.gram).form();
}

Matrix empirical_ntk(const Network<double>& network, const Matrix& x, KernelKind kind) {
  Activity<double> activity;
  forward(network, x, activity);
  return empirical_ntk(network, {x}, activity, kind);
}

Matrix empirical_ntk(const Network<double>& network, const Matrix& rows, const Matrix& columns, KernelKind kind) {
  Activity<double> of_rows, of_columns;
  forward(network, rows, of_rows);
  forward(network, columns, of_columns);
  KernelSide left(network, rows, of_rows);
  KernelSide right(network, columns, of_columns);
  return KernelBetween(network, left, right, kind, nullptr).form();
}

}  // namespace ntksweep
