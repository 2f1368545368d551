#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ntksweep/nn/network.hpp"

/// A second implementation of the network in plain loops, one sample at a time, from the layers'
/// documented rule z_l = s_l W_l h_{l-1} + beta_l b_l alone. Parameters are flattened layer by
/// layer: the weights column by column, then the biases.
namespace ntksweep::reference {

struct Pass {
  std::vector<Vector> h;      ///< h[0] = x, h[l] = phi(z_l)
  std::vector<Vector> z;      ///< z[l] is the pre-activation of layer l, from 0; the last is the output
  std::vector<Vector> slope;  ///< phi'(z_l) of the hidden layers
};

inline Pass pass(const Network<double>& network, const Vector& x) {
  Pass result{{x}, {}, {}};
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const auto& layer = network.layers[l];
    Vector z(layer.fan_out);
    for (Index j = 0; j < layer.fan_out; ++j) {
      double sum = layer.has_bias ? layer.bias_scale * network.biases[l](j) : 0.0;
      for (Index k = 0; k < layer.fan_in; ++k) sum += layer.scale * network.weights[l](j, k) * result.h[l](k);
      z(j) = sum;
    }
    result.z.push_back(z);
    if (l + 1 == network.layers.size()) break;
    Vector h(layer.fan_out), slope(layer.fan_out);
    for (Index j = 0; j < layer.fan_out; ++j) {
      Matrix value = Matrix::Constant(1, 1, z(j)), derivative(1, 1);
      apply(*network.activation, value, derivative, network.leaky_slope);
      h(j) = value(0, 0);
      slope(j) = derivative(0, 0);
    }
    result.h.push_back(h);
    result.slope.push_back(slope);
  }
  return result;
}

inline Matrix outputs(const Network<double>& network, const Matrix& x) {
  Matrix f(network.layers.back().fan_out, x.cols());
  for (Index i = 0; i < x.cols(); ++i) f.col(i) = pass(network, x.col(i)).z.back();
  return f;
}

inline double loss(const Network<double>& network, const Matrix& x, const Matrix& y) {
  const Matrix f = outputs(network, x);
  double sum = 0;
  for (Index i = 0; i < y.size(); ++i) sum += (f.data()[i] - y.data()[i]) * (f.data()[i] - y.data()[i]);
  return sum / (2.0 * static_cast<double>(x.cols()));
}

/// How far the nearest hidden unit is from the kink of a ReLU.
inline double smallest_preactivation(const Network<double>& network, const Matrix& x) {
  double smallest = std::numeric_limits<double>::infinity();
  for (Index i = 0; i < x.cols(); ++i) {
    const Pass p = pass(network, x.col(i));
    for (std::size_t l = 0; l < p.slope.size(); ++l) smallest = std::min(smallest, p.z[l].cwiseAbs().minCoeff());
  }
  return smallest;
}

/// d f_c(x_i) / d theta as row i C + c of an (n C) x P matrix, by one backward pass per row.
inline Matrix jacobian(const Network<double>& network, const Matrix& x) {
  const Index outputs = network.layers.back().fan_out;
  Matrix result(x.cols() * outputs, parameter_count(network.layers));
  for (Index i = 0; i < x.cols(); ++i) {
    const Pass p = pass(network, x.col(i));
    for (Index c = 0; c < outputs; ++c) {
      Vector signal = Vector::Unit(outputs, c);
      Index end = result.cols();
      for (std::size_t l = network.layers.size(); l-- > 0;) {
        const auto& layer = network.layers[l];
        end -= layer.fan_out * (layer.fan_in + (layer.has_bias ? 1 : 0));
        Index column = end;
        for (Index k = 0; k < layer.fan_in; ++k) {
          for (Index j = 0; j < layer.fan_out; ++j) {
            result(i * outputs + c, column++) = layer.scale * signal(j) * p.h[l](k);
          }
        }
        for (Index j = 0; layer.has_bias && j < layer.fan_out; ++j) {
          result(i * outputs + c, column++) = layer.bias_scale * signal(j);
        }
        if (l == 0) break;
        Vector below = Vector::Zero(layer.fan_in);
        for (Index k = 0; k < layer.fan_in; ++k) {
          for (Index j = 0; j < layer.fan_out; ++j) below(k) += layer.scale * network.weights[l](j, k) * signal(j);
          below(k) *= p.slope[l - 1](k);
        }
        signal = below;
      }
    }
  }
  return result;
}

/// Learning-rate factor c of every parameter.
inline Vector rates(const Network<double>& network) {
  Vector result(parameter_count(network.layers));
  Index column = 0;
  for (const auto& layer : network.layers) {
    for (Index k = 0; k < layer.fan_in * layer.fan_out; ++k) result(column++) = layer.weight_rate;
    for (Index k = 0; layer.has_bias && k < layer.fan_out; ++k) result(column++) = layer.bias_rate;
  }
  return result;
}

inline Vector parameters(const Network<double>& network) {
  Vector result(parameter_count(network.layers));
  Index column = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    for (Index k = 0; k < network.weights[l].size(); ++k) result(column++) = network.weights[l].data()[k];
    for (Index k = 0; k < network.biases[l].size(); ++k) result(column++) = network.biases[l](k);
  }
  return result;
}

inline Network<double> with_parameters(Network<double> network, const Vector& theta) {
  Index column = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    for (Index k = 0; k < network.weights[l].size(); ++k) network.weights[l].data()[k] = theta(column++);
    for (Index k = 0; k < network.biases[l].size(); ++k) network.biases[l](k) = theta(column++);
  }
  return network;
}

/// K = J diag(c) J^T, nC x nC, sample-major.
inline Matrix kernel(const Network<double>& network, const Matrix& x) {
  const Matrix j = jacobian(network, x);
  return j * rates(network).asDiagonal() * j.transpose();
}

}  // namespace ntksweep::reference
