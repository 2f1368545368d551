#include <array>
#include <cmath>

#include "ntksweep/nn/dataset.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

void checkpoint_step(const Snapshot& s, Out out) { out[0] = static_cast<double>(s.step); }

double loss_of(const Snapshot& s, const Matrix& output, const Matrix& target) {
  return loss_value(s.theory.rules().loss, output, target);
}

void train_loss(const Snapshot& s, Out out) { out[0] = loss_of(s, s.train_output, s.data.y); }

void train_loss_clean(const Snapshot& s, Out out) { out[0] = loss_of(s, s.train_output, s.data.y_clean); }

void test_loss(const Snapshot& s, Out out) { out[0] = loss_of(s, s.test_output, s.data.y_test); }

void train_error(const Snapshot& s, Out out) { out[0] = classification_error(s.data.kind, s.train_output, s.data.y); }

void train_error_clean(const Snapshot& s, Out out) {
  out[0] = classification_error(s.data.kind, s.train_output, s.data.y_clean);
}

void test_error(const Snapshot& s, Out out) {
  out[0] = classification_error(s.data.kind, s.test_output, s.data.y_test);
}

void gap(const Snapshot& s, Out out) {
  out[0] = loss_of(s, s.test_output, s.data.y_test) - loss_of(s, s.train_output, s.data.y);
}

/// Of the mean over the test set, from the losses of its samples.
void test_loss_error(const Snapshot& s, Out out) {
  const Index n = s.test_output.cols();
  Vector losses(n);
  for (Index i = 0; i < n; ++i) losses(i) = loss_of(s, s.test_output.col(i), s.data.y_test.col(i));
  const double size = static_cast<double>(n);
  if (n > 1) out[0] = std::sqrt((losses.array() - losses.mean()).square().sum() / (size - 1) / size);
}

void step_size_now(const Snapshot& s, Out out) { out[0] = s.step_size; }

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

void test_set_size(const Snapshot& s, Out out) { out[0] = static_cast<double>(s.data.y_test.cols()); }

void training_form(const Snapshot& s, Out out) {
  if (s.outcome.form != TrainingForm::none) out[0] = static_cast<double>(s.outcome.form);
}

void loss_peak(const Snapshot& s, Out out) { out[0] = s.outcome.peak_loss / s.outcome.initial_loss; }

void loss_peak_step(const Snapshot& s, Out out) {
  if (s.outcome.peak_step >= 0) out[0] = static_cast<double>(s.outcome.peak_step);
}

/// Rounding of a loss that stays where it is makes no catapult.
void catapult(const Snapshot& s, Out out) {
  const TrainingOutcome& end = s.outcome;
  if (!std::isfinite(end.initial_loss) || s.theory.rules().batch > 0) return;
  out[0] = end.peak_loss > (1 + 1e-9) * end.initial_loss && end.final_loss < end.initial_loss ? 1 : 0;
}

/// The smallest among the checkpoints; those that are not finite do not count.
template <double Look::*value>
void best(const Snapshot& s, Out out) {
  for (const Look& look : s.history) {
    if (std::isfinite(look.*value) && !(look.*value >= out[0])) out[0] = look.*value;
  }
}

/// Slope of ln L over the checkpoints from a quarter of the steps on.
void convergence_rate(const Snapshot& s, Out out) {
  double n = 0, t = 0, l = 0, tt = 0, tl = 0;
  for (const Look& look : s.history) {
    if (4 * look.step < s.step || !(look.train_loss > 0) || !std::isfinite(look.train_loss)) continue;
    const double x = static_cast<double>(look.step);
    const double y = std::log(look.train_loss);
    n += 1, t += x, l += y, tt += x * x, tl += x * y;
  }
  if (n >= 2) out[0] = -(n * tl - t * l) / (n * tt - t * t);
}

using enum Taken;
using enum Shape;
using enum Number;

constexpr std::array table{
    Statistic{"checkpoint_step", Group::always, every_checkpoint, scalar, integer, "steps",
              "gradient step of the checkpoint; the last slot is the end of training", "t", "", checkpoint_step},
    Statistic{"train_loss", Group::always, every_checkpoint, scalar, real, "1", "training loss",
              "squared: 1/(2n) sum_i |F(x_i) - y_i|^2, F = alpha (f - b); labels as trained on", "", train_loss},
    Statistic{"train_loss_clean", Group::training, every_checkpoint, scalar, real, "1",
              "training loss against the labels before noise", "as train_loss, with y_clean", "", train_loss_clean},
    Statistic{"test_loss", Group::always, every_checkpoint, scalar, real, "1", "test loss, clean labels",
              "as train_loss, on the test set", "", test_loss},
    Statistic{"train_error", Group::training, every_checkpoint, scalar, real, "1",
              "share of training samples classified wrongly; NaN for regression",
              "mean_i [F(x_i) y_i <= 0], or [argmax F(x_i) != argmax y_i]", "", train_error},
    Statistic{"train_error_clean", Group::training, every_checkpoint, scalar, real, "1",
              "share of training samples classified wrongly against the labels before noise",
              "as train_error, with y_clean", "", train_error_clean},
    Statistic{"test_error", Group::training, every_checkpoint, scalar, real, "1",
              "share of test samples classified wrongly; NaN for regression", "as train_error, on the test set", "",
              test_error},
    Statistic{"generalization_gap", Group::training, every_checkpoint, scalar, real, "1",
              "test loss minus training loss", "test_loss - train_loss", "", gap},
    Statistic{"test_loss_error", Group::training, every_checkpoint, scalar, real, "1",
              "standard error of the test loss over the test set", "sd_i(l_i) / sqrt(n_test)", "", test_loss_error},
    Statistic{"step_size_now", Group::training, every_checkpoint, scalar, real, "1",
              "step size of the step that starts here; at the end, of the last one", "eta_t", "", step_size_now},
    Statistic{"steps", Group::always, end, scalar, integer, "steps", "gradient steps taken", "T", "", steps},
    Statistic{"interpolation_step", Group::always, end, scalar, integer, "steps",
              "first step that interpolates, -1 when none did",
              "classification: no training error; regression: train loss <= tolerance", "", interpolation_step},
    Statistic{"step_size_absolute", Group::always, end, scalar, real, "1",
              "step size used in the first step; NaN where there are no steps", "eta", "", step_size_absolute},
    Statistic{
        "step_size_critical", Group::always, end, scalar, real, "1",
        "critical step size: above it the linearised model at initialization diverges; NaN where neither step sizes "
        "nor kernels ask for it",
        "2 (1 + momentum) / (lambda_max(P^{1/2} K_0 P^{1/2}) / n + decay), full kernel, P = l''(F) (squared: 1)",
        "Lewkowycz et al. 2020, arXiv:2003.02218", step_size_critical},
    Statistic{"parameter_count", Group::always, end, scalar, integer, "1", "number of weights and biases", "P", "",
              parameters},
    Statistic{"trained_parameter_count", Group::always, end, scalar, integer, "1", "number of trained parameters", "p",
              "", trained_parameters},
    Statistic{"parameters_per_target", Group::always, end, scalar, real, "1", "trained parameters per training target",
              "p / (n C)", "Belkin et al. 2019, arXiv:1812.11118", parameters_per_target},
    Statistic{"test_set_size", Group::training, end, scalar, integer, "1", "size of the test set", "n_test", "",
              test_set_size},
    Statistic{
        "training_form", Group::training, end, scalar, integer, "1",
        "how the steps were computed, alike but for rounding: 0 weights and samples, 1 the first layer by "
        "coefficients of the samples (dual), 2 a linear network on d rotated samples, 3 both; -1 without steps of "
        "gradient descent",
        "1: W_1 = W_1(0) + A X^T; 2: X = R Q^T, (R, Y Q) for (X, Y)", "", training_form},
    Statistic{"loss_peak", Group::training, end, scalar, real, "1",
              "largest training loss at any step, over the initial one: the height of a catapult", "max_t L_t / L_0",
              "Lewkowycz et al. 2020, arXiv:2003.02218", loss_peak},
    Statistic{"loss_peak_step", Group::training, end, scalar, integer, "steps", "step of the largest training loss",
              "argmax_t L_t", "", loss_peak_step},
    Statistic{"catapult", Group::training, end, scalar, integer, "1",
              "1 where the training loss rose above its initial value and ended below it, else 0; -1 with mini-batches",
              "max_t L_t > L_0 > L_T", "Lewkowycz et al. 2020, arXiv:2003.02218", catapult},
    Statistic{"best_test_loss", Group::training, end, scalar, real, "1", "smallest test loss among the checkpoints",
              "min_t test_loss", "", best<&Look::test_loss>},
    Statistic{"best_test_error", Group::training, end, scalar, real, "1",
              "smallest test error among the checkpoints; NaN for regression", "min_t test_error", "",
              best<&Look::test_error>},
    Statistic{"convergence_rate", Group::training, end, scalar, real, "1/steps",
              "fitted rate of linear convergence, over the checkpoints from a quarter of the steps on",
              "- slope of ln L_t in t", "", convergence_rate},
};

}  // namespace

std::span<const Statistic> training_statistics() { return table; }

}  // namespace ntksweep
