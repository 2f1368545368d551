#pragma once

#include <span>

#include "ntksweep/ntk/statistics.hpp"

/// The functions named by the rows of the statistics table; formulas stand in the rows.
namespace ntksweep::measures {

using Out = std::span<double>;

void checkpoint_step(const Snapshot& snapshot, Out out);
void train_loss(const Snapshot& snapshot, Out out);
void train_loss_clean(const Snapshot& snapshot, Out out);
void test_loss(const Snapshot& snapshot, Out out);
void train_error(const Snapshot& snapshot, Out out);
void train_error_clean(const Snapshot& snapshot, Out out);
void test_error(const Snapshot& snapshot, Out out);
void weight_movement(const Snapshot& snapshot, Out out);
void parameter_movement(const Snapshot& snapshot, Out out);

void steps(const Snapshot& snapshot, Out out);
void interpolation_step(const Snapshot& snapshot, Out out);
void step_size_absolute(const Snapshot& snapshot, Out out);
void step_size_critical(const Snapshot& snapshot, Out out);
void parameters(const Snapshot& snapshot, Out out);
void trained_parameters(const Snapshot& snapshot, Out out);
void parameters_per_target(const Snapshot& snapshot, Out out);

void lambda_min(const Snapshot& snapshot, Out out);
void lambda_min_floor(const Snapshot& snapshot, Out out);
void lambda_max(const Snapshot& snapshot, Out out);
void condition(const Snapshot& snapshot, Out out);
void trace(const Snapshot& snapshot, Out out);
void effective_rank(const Snapshot& snapshot, Out out);
void stable_rank(const Snapshot& snapshot, Out out);
void participation_ratio(const Snapshot& snapshot, Out out);
void alignment(const Snapshot& snapshot, Out out);
void drift(const Snapshot& snapshot, Out out);
void distance(const Snapshot& snapshot, Out out);
void cka(const Snapshot& snapshot, Out out);
void eigenvalues(const Snapshot& snapshot, Out out);

}  // namespace ntksweep::measures
