#include "ntksweep/ntk/statistics.hpp"

#include <array>

#include "measures.hpp"

namespace ntksweep {

namespace {

using enum Taken;
using enum Shape;
using enum Number;
namespace m = measures;

constexpr std::array table{
    Statistic{"checkpoint_step", Group::always, every_checkpoint, scalar, integer, "steps",
              "gradient step of the checkpoint; the last slot is the end of training", "t", "", m::checkpoint_step},
    Statistic{"train_loss", Group::always, every_checkpoint, scalar, real, "1", "training loss",
              "1/(2n) sum_i |f(x_i) - y_i|^2, labels as trained on", "", m::train_loss},
    Statistic{"train_loss_clean", Group::training, every_checkpoint, scalar, real, "1",
              "training loss against the labels before noise", "1/(2n) sum_i |f(x_i) - y_clean_i|^2", "",
              m::train_loss_clean},
    Statistic{"test_loss", Group::always, every_checkpoint, scalar, real, "1", "test loss, clean labels",
              "1/(2 n_test) sum_i |f(x_i) - y_i|^2", "", m::test_loss},
    Statistic{"train_error", Group::training, every_checkpoint, scalar, real, "1",
              "share of training samples classified wrongly; NaN for regression",
              "mean_i [f(x_i) y_i <= 0], or [argmax f(x_i) != argmax y_i]", "", m::train_error},
    Statistic{"train_error_clean", Group::training, every_checkpoint, scalar, real, "1",
              "share of training samples classified wrongly against the labels before noise",
              "as train_error, with y_clean", "", m::train_error_clean},
    Statistic{"test_error", Group::training, every_checkpoint, scalar, real, "1",
              "share of test samples classified wrongly; NaN for regression", "as train_error, on the test set", "",
              m::test_error},
    Statistic{"steps", Group::always, end, scalar, integer, "steps", "gradient steps taken", "T", "", m::steps},
    Statistic{"interpolation_step", Group::always, end, scalar, integer, "steps",
              "first step that interpolates, -1 when none did",
              "classification: no training error; regression: train loss <= tolerance", "", m::interpolation_step},
    Statistic{"step_size_absolute", Group::always, end, scalar, real, "1", "step size used", "eta", "",
              m::step_size_absolute},
    Statistic{"step_size_critical", Group::always, end, scalar, real, "1",
              "critical step size of the linearised model at initialization; NaN where not needed by the job",
              "2 n / lambda_max(K_0), full kernel", "Lewkowycz et al. 2020, arXiv:2003.02218", m::step_size_critical},
    Statistic{"parameter_count", Group::always, end, scalar, integer, "1", "number of weights and biases", "P", "",
              m::parameters},
    Statistic{"trained_parameter_count", Group::always, end, scalar, integer, "1", "number of trained parameters", "p",
              "", m::trained_parameters},
    Statistic{"parameters_per_target", Group::always, end, scalar, real, "1", "trained parameters per training target",
              "p / (n C)", "Belkin et al. 2019, arXiv:1812.11118", m::parameters_per_target},
    Statistic{"weight_movement", Group::movement, every_checkpoint, per_layer, real, "1",
              "relative movement of each weight layer since initialization", "|W_l(t) - W_l(0)|_F / |W_l(0)|_F",
              "Chizat, Oyallon, Bach 2019, arXiv:1812.07956", m::weight_movement},
    Statistic{"parameter_movement", Group::movement, every_checkpoint, scalar, real, "1",
              "relative movement of all parameters since initialization", "|theta(t) - theta(0)| / |theta(0)|",
              "Chizat, Oyallon, Bach 2019, arXiv:1812.07956", m::parameter_movement},
    Statistic{"ntk_lambda_min", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "smallest eigenvalue of the empirical NTK", "lambda_min(K_t)",
              "Jacot, Gabriel, Hongler 2018, arXiv:1806.07572", m::lambda_min},
    Statistic{"ntk_lambda_min_floor", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "rounding floor of ntk_lambda_min: a smaller value is not distinguishable from zero",
              "N eps lambda_max(K_t)", "", m::lambda_min_floor},
    Statistic{"ntk_lambda_max", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "largest eigenvalue of the empirical NTK", "lambda_max(K_t)",
              "Jacot, Gabriel, Hongler 2018, arXiv:1806.07572", m::lambda_max},
    Statistic{"ntk_condition", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "condition number (a lower bound where lambda_min is below its floor)",
              "lambda_max / max(lambda_min, floor)", "", m::condition},
    Statistic{"ntk_trace", Group::kernel, kernel_checkpoint, scalar, real, "1", "trace of the empirical NTK", "tr K_t",
              "", m::trace},
    Statistic{"ntk_effective_rank", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "entropy effective rank of the empirical NTK", "exp(-sum_i q_i ln q_i), q_i = lambda_i / sum_j lambda_j",
              "Roy, Vetterli 2007", m::effective_rank},
    Statistic{"ntk_stable_rank", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "trace over the largest eigenvalue", "tr K / lambda_max(K)", "", m::stable_rank},
    Statistic{"ntk_participation_ratio", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "participation ratio of the eigenvalues", "(tr K)^2 / tr K^2", "", m::participation_ratio},
    Statistic{"ntk_alignment", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "kernel-target alignment with the training labels", "y^T K y / (|K|_F |y|^2)", "Cristianini et al. 2001",
              m::alignment},
    Statistic{"ntk_drift", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "relative change of the kernel since initialization", "|K_t - K_0|_F / |K_0|_F",
              "Geiger et al. 2020, arXiv:1906.08034", m::drift},
    Statistic{"ntk_distance", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "kernel distance to initialization, blind to scale", "1 - <K_t, K_0> / (|K_t|_F |K_0|_F)",
              "Fort et al. 2020, arXiv:2010.15110", m::distance},
    Statistic{"ntk_cka", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "centred kernel alignment with initialization", "<H K_t H, H K_0 H> / (|H K_t H|_F |H K_0 H|_F)",
              "Cortes, Mohri, Rostamizadeh 2012; Kornblith et al. 2019, arXiv:1905.00414", m::cka},
    Statistic{"ntk_eigenvalues", Group::spectrum, kernel_checkpoint, spectrum, real, "1",
              "eigenvalues of the empirical NTK, largest first", "lambda_i(K_t)", "", m::eigenvalues},
};

}  // namespace

std::span<const Statistic> statistics() { return table; }

std::string_view group_name(Group group) {
  constexpr std::array<std::string_view, 5> names{"always", "training", "movement", "kernel", "spectrum"};
  return names[static_cast<std::size_t>(group)];
}

}  // namespace ntksweep
