#include <cmath>

#include "measures.hpp"

namespace ntksweep::measures {

void checkpoint_step(const Snapshot& s, Out out) { out[0] = static_cast<double>(s.step); }

void train_loss(const Snapshot& s, Out out) { out[0] = squared_loss(s.train_output, s.data.y); }

void train_loss_clean(const Snapshot& s, Out out) { out[0] = squared_loss(s.train_output, s.data.y_clean); }

void test_loss(const Snapshot& s, Out out) { out[0] = squared_loss(s.test_output, s.data.y_test); }

void train_error(const Snapshot& s, Out out) { out[0] = classification_error(s.data.kind, s.train_output, s.data.y); }

void train_error_clean(const Snapshot& s, Out out) {
  out[0] = classification_error(s.data.kind, s.train_output, s.data.y_clean);
}

void test_error(const Snapshot& s, Out out) {
  out[0] = classification_error(s.data.kind, s.test_output, s.data.y_test);
}

void weight_movement(const Snapshot& s, Out out) {
  for (std::size_t l = 0; l < out.size(); ++l) {
    out[l] = (s.network.weights[l] - s.initial.weights[l]).norm() / s.initial.weights[l].norm();
  }
}

void parameter_movement(const Snapshot& s, Out out) {
  double moved = 0;
  double initial = 0;
  for (std::size_t l = 0; l < s.network.weights.size(); ++l) {
    moved += (s.network.weights[l] - s.initial.weights[l]).squaredNorm();
    moved += (s.network.biases[l] - s.initial.biases[l]).squaredNorm();
    initial += s.initial.weights[l].squaredNorm() + s.initial.biases[l].squaredNorm();
  }
  out[0] = std::sqrt(moved / initial);
}

void steps(const Snapshot& s, Out out) { out[0] = static_cast<double>(s.outcome.steps); }

void interpolation_step(const Snapshot& s, Out out) {
  if (s.outcome.interpolation_step >= 0) out[0] = static_cast<double>(s.outcome.interpolation_step);
}

void step_size_absolute(const Snapshot& s, Out out) { out[0] = s.step_size_absolute; }

void step_size_critical(const Snapshot& s, Out out) { out[0] = s.step_size_critical; }

void parameters(const Snapshot& s, Out out) { out[0] = static_cast<double>(parameter_count(s.network.layers)); }

void trained_parameters(const Snapshot& s, Out out) {
  out[0] = static_cast<double>(trained_parameter_count(s.network.layers));
}

void parameters_per_target(const Snapshot& s, Out out) {
  out[0] = static_cast<double>(trained_parameter_count(s.network.layers)) / static_cast<double>(s.data.y.size());
}

}  // namespace ntksweep::measures
