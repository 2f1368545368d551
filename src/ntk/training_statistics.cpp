#include <array>
#include <cmath>

#include "ntksweep/nn/dataset.hpp"
#include "ntksweep/ntk/spectrum.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

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

using enum Taken;
using enum Shape;
using enum Number;

constexpr std::array table{
    Statistic{"checkpoint_step", Group::always, every_checkpoint, scalar, integer, "steps",
              "gradient step of the checkpoint; the last slot is the end of training", "t", "", checkpoint_step},
    Statistic{"train_loss", Group::always, every_checkpoint, scalar, real, "1", "training loss",
              "1/(2n) sum_i |f(x_i) - y_i|^2, labels as trained on", "", train_loss},
    Statistic{"train_loss_clean", Group::training, every_checkpoint, scalar, real, "1",
              "training loss against the labels before noise", "1/(2n) sum_i |f(x_i) - y_clean_i|^2", "",
              train_loss_clean},
    Statistic{"test_loss", Group::always, every_checkpoint, scalar, real, "1", "test loss, clean labels",
              "1/(2 n_test) sum_i |f(x_i) - y_i|^2", "", test_loss},
    Statistic{"train_error", Group::training, every_checkpoint, scalar, real, "1",
              "share of training samples classified wrongly; NaN for regression",
              "mean_i [f(x_i) y_i <= 0], or [argmax f(x_i) != argmax y_i]", "", train_error},
    Statistic{"train_error_clean", Group::training, every_checkpoint, scalar, real, "1",
              "share of training samples classified wrongly against the labels before noise",
              "as train_error, with y_clean", "", train_error_clean},
    Statistic{"test_error", Group::training, every_checkpoint, scalar, real, "1",
              "share of test samples classified wrongly; NaN for regression", "as train_error, on the test set", "",
              test_error},
    Statistic{"steps", Group::always, end, scalar, integer, "steps", "gradient steps taken", "T", "", steps},
    Statistic{"interpolation_step", Group::always, end, scalar, integer, "steps",
              "first step that interpolates, -1 when none did",
              "classification: no training error; regression: train loss <= tolerance", "", interpolation_step},
    Statistic{"step_size_absolute", Group::always, end, scalar, real, "1", "step size used", "eta", "",
              step_size_absolute},
    Statistic{"step_size_critical", Group::always, end, scalar, real, "1",
              "critical step size of the linearised model at initialization; NaN where not needed by the job",
              "2 n / lambda_max(K_0), full kernel", "Lewkowycz et al. 2020, arXiv:2003.02218", step_size_critical},
    Statistic{"parameter_count", Group::always, end, scalar, integer, "1", "number of weights and biases", "P", "",
              parameters},
    Statistic{"trained_parameter_count", Group::always, end, scalar, integer, "1", "number of trained parameters", "p",
              "", trained_parameters},
    Statistic{"parameters_per_target", Group::always, end, scalar, real, "1", "trained parameters per training target",
              "p / (n C)", "Belkin et al. 2019, arXiv:1812.11118", parameters_per_target},
};

}  // namespace

std::span<const Statistic> training_statistics() { return table; }

}  // namespace ntksweep
