#include <array>
#include <cmath>

#include "ntksweep/ntk/imbalance.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

constexpr std::string_view xu = "Xu et al. 2023, AISTATS (PMLR 206)";
constexpr std::string_view local = "Xu et al. 2025, TMLR, arXiv:2505.11664";

/// Null outside the theory.
const LinearTheory* theory_of(const Snapshot& s) { return s.theory.two_layer() ? &*s.theory.two_layer() : nullptr; }

const LinearGeometry& geometry(const Snapshot& s) {
  if (!s.linear_geometry) s.linear_geometry = linear_geometry(linear_weights(theory_of(s)->problem, s.network));
  return *s.linear_geometry;
}

/// Theirs, never below zero: rounding at the minimum.
double paper_loss(const Snapshot& s) {
  return std::max(theory_of(s)->problem.loss(squared_loss(s.train_output, s.data.y)), 0.0);
}

double paper_step(const Snapshot& s) { return theory_of(s)->problem.step(s.step_size); }

template <double (*value)(const Snapshot&)>
void inside(const Snapshot& s, Out out) {
  if (theory_of(s) != nullptr) out[0] = value(s);
}

template <double LinearConstants::*member>
void constant(const Snapshot& s, Out out) {
  if (const auto* theory = theory_of(s)) out[0] = theory->constants.*member;
}

double norm_of_imbalance(const Snapshot& s) { return imbalance_norm(s.network.weights[0], s.network.weights[1]); }

double change_of_imbalance(const Snapshot& s) {
  return imbalance_change(s.network.weights[0], s.network.weights[1], s.initial.weights[0], s.initial.weights[1]);
}

double change_bound(const Snapshot& s) {
  if (!std::isfinite(s.constant_step)) return std::numeric_limits<double>::quiet_NaN();
  return imbalance_change_bound(theory_of(s)->constants, theory_of(s)->problem.step(s.constant_step));
}

double tau_min(const Snapshot& s) { return geometry(s).tau_min; }
double tau_max(const Snapshot& s) { return geometry(s).tau_max; }
/// The theorem covers steps up to eta_max.
double rate(const Snapshot& s) {
  if (!(paper_step(s) <= (1 + 1e-12) * theory_of(s)->largest_step)) return std::numeric_limits<double>::quiet_NaN();
  return contraction(theory_of(s)->constants, paper_step(s), paper_loss(s));
}

/// And the local one those with eta K_t < 2.
double local_rate(const Snapshot& s) {
  const auto& constants = theory_of(s)->constants;
  const double smoothness = local_smoothness(constants, geometry(s), paper_loss(s), paper_step(s));
  if (!(paper_step(s) * smoothness < 2)) return std::numeric_limits<double>::quiet_NaN();
  return local_contraction(constants, geometry(s), paper_loss(s), paper_step(s));
}
double local_eta(const Snapshot& s) {
  return theory_of(s)->problem.our_step(local_step(theory_of(s)->constants, geometry(s), paper_loss(s)));
}
double eta_max(const Snapshot& s) { return theory_of(s)->problem.our_step(theory_of(s)->largest_step); }
double eta_arora(const Snapshot& s) { return theory_of(s)->problem.our_step(arora_step(theory_of(s)->constants)); }
double eta_du(const Snapshot& s) {
  const LinearProblem& problem = theory_of(s)->problem;
  const double target = problem.samples * s.theory.rules().tolerance / (problem.scale * problem.scale);
  return problem.our_step(du_step(theory_of(s)->constants, target, 0));
}

void bound(const Snapshot& s, Out out) {
  if (s.monitor != nullptr && s.monitor->covered()) out[0] = s.monitor->bound();
}

template <std::int64_t (LinearMonitor::*count)() const>
void violations(const Snapshot& s, Out out) {
  if (s.monitor != nullptr && s.monitor->covered()) out[0] = static_cast<double>((s.monitor->*count)());
}

void largest_excess(const Snapshot& s, Out out) {
  if (s.monitor != nullptr && std::isfinite(s.monitor->largest_excess())) out[0] = s.monitor->largest_excess();
}

constexpr Statistic along(std::string_view name, std::string_view long_name, std::string_view formula,
                          void (*measure)(const Snapshot&, Out), std::string_view reference = xu) {
  return {name,      Group::two_layer, Taken::every_checkpoint, Shape::scalar, Number::real, "1", long_name, formula,
          reference, measure};
}

constexpr Statistic once(std::string_view name, std::string_view long_name, std::string_view formula,
                         void (*measure)(const Snapshot&, Out), std::string_view reference = xu,
                         Number number = Number::real) {
  return {name, Group::two_layer, Taken::end, Shape::scalar, number, "1", long_name, formula, reference, measure};
}

constexpr std::array table{
    along("layer_imbalance", "imbalance of the two layers", "|D|_F, D = W_1 W_1^T - W_2^T W_2",
          inside<norm_of_imbalance>),
    along("imbalance_change", "change of the imbalance since initialization", "|D(t) - D(0)|_F",
          inside<change_of_imbalance>),
    along("tau_min", "smallest eigenvalue of tau", "lambda_min(W_1 W_1^T) + lambda_min(W_2^T W_2)", inside<tau_min>),
    along("tau_max", "largest eigenvalue of tau", "lambda_max(W_1 W_1^T) + lambda_max(W_2^T W_2)", inside<tau_max>),
    along("xu_rate", "factor by which the next step shrinks the loss at least; NaN for steps above xu_step",
          "f(eta, L(t))", inside<rate>),
    along("xu_bound", "bound on the training loss; NaN once a step was above xu_step",
          "b_0 = L_0, b_{t+1} = f(eta_t, b_t) b_t", bound),
    along("local_rate", "factor of the local theorem by which the next step shrinks the loss at least",
          "1 - 2 mu_t eta + mu_t K_t eta^2; NaN where eta K_t >= 2", inside<local_rate>, local),
    along("local_step", "step size of the local theorem", "eta K_t(eta) = 1", inside<local_eta>, local),
    once("xu_alpha", "lower bound of tau at initialization", "alpha_0", constant<&LinearConstants::tau_lower>),
    once("xu_beta", "upper bound of tau at initialization", "beta_0", constant<&LinearConstants::tau_upper>),
    once("xu_margin", "margin at initialization", "p_1 = max(s_min(Y) - |E_0|_F, 0) / s_max(X)",
         constant<&LinearConstants::margin>),
    once("xu_product_bound", "upper bound of the product's singular values", "p_2 = (|Y|_F + |E_0|_F) / s_min(X)",
         constant<&LinearConstants::product_bound>),
    once("xu_condition", "condition number of the data", "kappa = s_max(X)^2 / s_min(X)^2",
         constant<&LinearConstants::condition>),
    once("xu_step", "largest step size that the convergence theorem covers", "eta_max", inside<eta_max>),
    once("arora_step", "step size of an earlier theorem", "p_1^3 / (6144 * 8 |Y|_F^4)", inside<eta_arora>,
         "Arora et al. 2019, arXiv:1810.02281"),
    once("du_step", "first step size of an earlier theorem", "sqrt(eps / r) / (100 |Y|_F^{3/2}), eps the tolerance",
         inside<eta_du>, "Du, Hu, Lee 2018, arXiv:1806.00900"),
    once("imbalance_change_bound", "bound on imbalance_change at every step",
         "2 c_2 beta_0 K L_0 eta^2 / (1 - f(eta, L_0))", inside<change_bound>),
    once("xu_violations", "steps at which the loss was above its bound; -1 where a step was above xu_step",
         "number of L(t+1) > f(eta_t, L(t)) L(t)", violations<&LinearMonitor::violations>, xu, Number::integer),
    once("xu_largest_excess", "largest excess of the loss over its bound; negative where there is none",
         "max_t L(t+1) / (f(eta_t, L(t)) L(t)) - 1", largest_excess),
    once("tau_violations", "checkpoints at which tau left its bounds; -1 as xu_violations",
         "c_1 alpha_0 <= tau <= c_2 beta_0", violations<&LinearMonitor::tau_violations>, xu, Number::integer),
    once("product_violations", "checkpoints at which the product left its bounds; -1 as xu_violations",
         "p_1 <= s(W_1 W_2) <= p_2", violations<&LinearMonitor::product_violations>, xu, Number::integer),
};

}  // namespace

std::span<const Statistic> two_layer_statistics() { return table; }

}  // namespace ntksweep
