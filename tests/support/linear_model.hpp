#pragma once

#include <cmath>
#include <string>

#include "cases.hpp"
#include "decompositions.hpp"
#include "reference_network.hpp"

/// Models that are linear in what is trained: everything about their training is known.
namespace ntksweep::linear_model {

inline Network<double> random_features(Index width, Index outputs = 1, const std::string& parametrization = "ntk") {
  Architecture a;
  a.inputs = 3;
  a.width = width;
  a.outputs = outputs;
  a.activation = "tanh";
  a.parametrization = parametrization;
  a.biases = Biases::all;
  a.trained = Trained::output;
  return initialize(a, 4);
}

/// r_t = V (1 - eta lambda / n)^t V^T r_0 with the kernel from explicit Jacobians.
class ClosedForm {
 public:
  ClosedForm(const Network<double>& network, const Dataset& data)
      : samples_(static_cast<double>(data.x.cols())),
        pairs_(reference::eigenpairs(reference::kernel(network, data.x))) {
    const Matrix residual = reference::outputs(network, data.x) - data.y;
    coefficients_ = pairs_.vectors.transpose() * residual.reshaped();
  }

  double critical_step() const { return 2 * samples_ / pairs_.values.maxCoeff(); }

  Vector residual(double eta, std::int64_t t) const { return pairs_.vectors * decayed(eta, t); }
  double loss(double eta, std::int64_t t) const { return decayed(eta, t).squaredNorm() / (2 * samples_); }

 private:
  Vector decayed(double eta, std::int64_t t) const {
    const Eigen::ArrayXd factor = 1 - eta * pairs_.values.array() / samples_;
    return factor.unaryExpr([t](double f) { return std::pow(f, static_cast<double>(t)); }) * coefficients_.array();
  }

  double samples_;
  reference::Eigenpairs pairs_;
  Vector coefficients_;
};

}  // namespace ntksweep::linear_model
