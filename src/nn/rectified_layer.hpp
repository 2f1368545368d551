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

/// z becomes h = phi(z), and projection(i) = sum_j w_j h_ji. A NaN goes through.
void rectify_and_project(PanelShape shape, double leak, double* z, const double* w, double* projection);
void rectify_and_project(PanelShape shape, float leak, float* z, const float* w, float* projection);

/// The way back: gradient_j += sum_i r_i h_ji, and then h becomes D_ji = factor r_i w_j phi'(z_ji).
void rectified_signal(PanelShape shape, double leak, double factor, double* h, const double* w, const double* r,
                      double* gradient);
void rectified_signal(PanelShape shape, float leak, float factor, float* h, const float* w, const float* r,
                      float* gradient);

}  // namespace ntksweep
