#pragma once

#include "ntksweep/nn/matrix.hpp"

/// The last hidden layer under one output, for activations that are phi(z) = z where z > 0 and leak z
/// elsewhere (leak >= 0): each function is one pass over a panel of activations, column by column.
/// The machine code is chosen by CPU; sums run over a fixed number of lanes, so that the numbers are the same.
namespace ntksweep {

/// A panel: `columns` samples of `rows` neurons, `stride` numbers apart.
struct PanelShape {
  Index rows, columns, stride;
};

/// The output layer: f = scale w.h + offset, one weight for each row of the panel.
template <class Scalar>
struct ReadoutOf {
  const Scalar* weights;
  Scalar scale, offset;
};

/// z becomes h = phi(z), and output(i) = scale sum_j w_j h_ji + offset. A NaN goes through.
void rectify_and_project(PanelShape shape, double leak, double* z, ReadoutOf<double> readout, double* output);
void rectify_and_project(PanelShape shape, float leak, float* z, ReadoutOf<float> readout, float* output);

/// The way back: gradient_j += sum_i r_i h_ji, and then h becomes D_ji = scale r_i w_j phi'(z_ji).
void rectified_signal(PanelShape shape, double leak, double* h, ReadoutOf<double> readout, const double* r,
                      double* gradient);
void rectified_signal(PanelShape shape, float leak, float* h, ReadoutOf<float> readout, const float* r,
                      float* gradient);

}  // namespace ntksweep
