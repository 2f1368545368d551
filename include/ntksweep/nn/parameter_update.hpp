#pragma once

#include "ntksweep/nn/backward_pass.hpp"

namespace ntksweep {

/// The step of TrainingRules on every trained parameter of one network: plain, with weight decay,
/// or heavy ball. Without allocation.
template <class Scalar>
class ParameterUpdate {
 public:
  /// The network as it is now is what decay toward initialization goes to. It must outlive this.
  ParameterUpdate(Network<Scalar>& network, const TrainingRules& rules);

  /// One step of size eta from the last evaluate of `pass`, which is of the same network.
  void step(BackwardPass<Scalar>& pass, double eta);

 private:
  void update_weights(const BackwardPass<Scalar>& pass, std::size_t l, double eta);
  void update_biases(const BackwardPass<Scalar>& pass, std::size_t l, double eta);
  template <class Array>
  void prepare(Array& parameters, const std::vector<Array>& reference, std::vector<Array>& velocity, std::size_t l,
               double eta) const;

  /// Arrays in the shapes of the network's; empty where the rules do not need them.
  struct Arrays {
    std::vector<MatrixOf<Scalar>> weights;
    std::vector<VectorOf<Scalar>> biases;
  };

  Network<Scalar>& network_;
  double momentum_;
  double decay_;
  Arrays velocity_;
  Arrays reference_;
};

extern template class ParameterUpdate<double>;
extern template class ParameterUpdate<float>;

}  // namespace ntksweep
