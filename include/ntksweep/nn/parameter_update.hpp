#pragma once

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/nn/network.hpp"
#include "ntksweep/nn/training_rules.hpp"

namespace ntksweep {

/// The step of TrainingRules on every trained parameter of one network: plain, with weight decay,
/// or heavy ball. Without allocation.
template <class Scalar>
class ParameterUpdate {
 public:
  /// The network as it is now is what decay toward initialization goes to. It must outlive this.
  ParameterUpdate(Network<Scalar>& network, const TrainingRules& rules);

  /// One step of size eta against the gradient over n samples that LossGradient forms (n times that of
  /// the loss, without the factors s and beta of the layers).
  void step(const ParametersOf<Scalar>& gradient, double eta, Index n);

  /// The trained parameters and their velocity, and back; std::logic_error where they have another size.
  void save(ByteWriter& out) const;
  void restore(ByteReader& in);

 private:
  template <class Array>
  void move(Array& parameters, const Array& gradient, double rate, std::vector<Array>& velocity,
            const std::vector<Array>& reference, std::size_t l, double eta) const;

  /// Calls visit(array) for each array of trained parameters.
  template <class Visit>
  void for_each_array(Visit visit) const;

  Network<Scalar>& network_;
  double momentum_;
  double decay_;
  ParametersOf<Scalar> velocity_;   ///< v, empty without momentum
  ParametersOf<Scalar> reference_;  ///< theta_ref, empty where it is 0
};

extern template class ParameterUpdate<double>;
extern template class ParameterUpdate<float>;

}  // namespace ntksweep
