#pragma once

#include <vector>

#include "ntksweep/ntk/initial_theory.hpp"

namespace ntksweep {

/// The linearised network beside one cell, at the moments at which the cell is looked at. Outputs are formed
/// for a panel of scheduled steps at once, by one matrix product, when the first of them is asked for: alone
/// each would be bound by reading N^2 numbers. Panels start at multiples of their width in the schedule, so
/// that bits follow from schedule and step, not from what was asked for before; a step outside the schedule
/// (the end of training) is a panel of its own.
/// Memory: for each of the two dynamics 64 (2 N + N_test) numbers.
class LinearisedCourse {
 public:
  /// eta: of all steps; not finite where there are none, or where they differ: then there is no model.
  /// schedule: increasing. The theory must outlive this object.
  LinearisedCourse(const InitialTheory& theory, double eta, std::vector<std::int64_t> schedule);

  /// Null where there is none; the first to ask forms K_0 and its eigenvectors. All below need one.
  const LinearisedModel* model() const;

  /// 1/(2n) |r_t|^2.
  double train_loss(std::int64_t t, Dynamics dynamics) const;

  /// r_t = F_t - y, C x n.
  Matrix train_residual(std::int64_t t, Dynamics dynamics) const;

  /// F_t on the test set, C x n_test.
  Matrix test_output(std::int64_t t, Dynamics dynamics) const;

 private:
  /// Consecutive moments, and what was asked for of them.
  struct Panel {
    std::vector<std::int64_t> steps;
    std::optional<Vector> losses;
    std::optional<Matrix> factors;  ///< what the losses leave to the residuals
    std::optional<Matrix> residuals, test_changes;
  };
  struct Place {
    Panel& panel;
    Index moment;
  };
  Place place(std::int64_t t, Dynamics dynamics) const;
  std::vector<std::int64_t> panel_steps(std::int64_t t) const;
  void form_losses(Panel& panel, Dynamics dynamics) const;
  Moments moments(const Panel& panel, Dynamics dynamics) const { return {eta_, dynamics, panel.steps}; }

  const InitialTheory& theory_;
  double eta_;
  std::vector<std::int64_t> schedule_;
  mutable Panel of_steps_, of_flow_;
};

}  // namespace ntksweep
