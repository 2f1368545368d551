#include <array>
#include <cmath>

#include "ntksweep/nn/dataset.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

constexpr std::string_view finite_step = "r_t = V (1 - eta lambda / n)^t V^T r_0";

/// The linearised network beside the cell, where there is a model of it; else null.
const LinearisedCourse* course(const Snapshot& s) {
  return s.linearised != nullptr && s.linearised->model() != nullptr ? s.linearised : nullptr;
}

double root_mean_square(const Matrix& difference) {
  return difference.norm() / std::sqrt(static_cast<double>(difference.cols()));
}

void train_loss(const Snapshot& s, Out out) {
  if (const auto* linear = course(s)) out[0] = linear->train_loss(s.step, Dynamics::steps);
}

void test_loss(const Snapshot& s, Out out) {
  if (const auto* linear = course(s))
    out[0] = squared_loss(linear->test_output(s.step, Dynamics::steps), s.data.y_test);
}

void train_distance(const Snapshot& s, Out out) {
  if (const auto* linear = course(s)) {
    out[0] = root_mean_square(s.train_output - s.data.y - linear->train_residual(s.step, s.dynamics));
  }
}

void test_distance(const Snapshot& s, Out out) {
  if (const auto* linear = course(s))
    out[0] = root_mean_square(s.test_output - linear->test_output(s.step, s.dynamics));
}

void flow_train_loss(const Snapshot& s, Out out) {
  if (const auto* linear = course(s)) out[0] = linear->train_loss(s.step, Dynamics::flow);
}

void flow_test_loss(const Snapshot& s, Out out) {
  if (const auto* linear = course(s)) out[0] = squared_loss(linear->test_output(s.step, Dynamics::flow), s.data.y_test);
}

std::optional<LinearisedModel::Ending> find_ending(const Snapshot& s) {
  if (course(s) == nullptr || s.dynamics == Dynamics::flow) return std::nullopt;
  const LinearisedModel& model = *course(s)->model();
  const double bound = divergence_bound(model.train_loss(0, 0, Dynamics::steps), s.data.y);
  const TrainingRules& rules = s.theory.rules();
  return model.predicted_end(s.constant_step, rules.tolerance, bound, rules.max_steps);
}

const std::optional<LinearisedModel::Ending>& ending(const Snapshot& s) {
  if (!s.linearised_end) s.linearised_end = find_ending(s);
  return *s.linearised_end;
}

void status(const Snapshot& s, Out out) {
  if (const auto end = ending(s)) out[0] = static_cast<double>(end->status);
}

void steps(const Snapshot& s, Out out) {
  if (const auto end = ending(s)) out[0] = static_cast<double>(end->step);
}

constexpr std::string_view lee = "Lee et al. 2019, arXiv:1902.06720, in discrete time";

constexpr Statistic checkpoint(std::string_view name, std::string_view long_name, std::string_view formula,
                               void (*measure)(const Snapshot&, Out)) {
  return {name,   Group::linearised, Taken::every_checkpoint, Shape::scalar, Number::real, "1", long_name, formula, lee,
          measure};
}

constexpr std::array table{
    checkpoint("linearised_train_loss", "training loss of the linearised network at the same step size", finite_step,
               train_loss),
    checkpoint("linearised_test_loss", "test loss of the linearised network at the same step size",
               "F_t(x) = F_0(x) - K(x, X) V phi_t V^T r_0, phi_t = (1 - (1 - eta lambda / n)^t) / lambda", test_loss),
    checkpoint("linearised_train_distance", "distance of the network from its linearisation, training set",
               "(mean_i |F(x_i) - F_lin(x_i)|^2)^(1/2)", train_distance),
    checkpoint("linearised_test_distance", "distance of the network from its linearisation, test set",
               "(mean_i |F(x_i) - F_lin(x_i)|^2)^(1/2)", test_distance),
    checkpoint("flow_train_loss", "training loss of the linearised network under gradient flow at time eta t",
               "r_t = V exp(-eta lambda t / n) V^T r_0", flow_train_loss),
    checkpoint("flow_test_loss", "test loss of the linearised network under gradient flow at time eta t",
               "as linearised_test_loss with exp(-eta lambda t / n)", flow_test_loss),
    Statistic{"linearised_status", Group::linearised, Taken::end, Shape::scalar, Number::integer, "1",
              "how training of the linearised network ends: 1 converged, 2 max_steps, 3 diverged",
              "as status, by the loss of linearised_train_loss", lee, status},
    Statistic{"linearised_steps", Group::linearised, Taken::end, Shape::scalar, Number::integer, "steps",
              "steps after which training of the linearised network ends",
              "first t with loss <= tolerance or beyond the bound of divergence", lee, steps},
};

}  // namespace

std::span<const Statistic> linearised_statistics() { return table; }

}  // namespace ntksweep
