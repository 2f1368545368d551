"""The theory of two-layer linear networks and its step rules along a run that is taken again in NumPy."""

import math

import numpy as np
import pytest

from autograd_network import layer_rule
from conftest import Sweep
from reference_theory import TwoLayer

JOB = """
[grid]
width = {width}
samples = {samples}
step_size = {step_size}
[model]
activation = "linear"
parametrization = {parametrization}
biases = "none"
init_scale = {init_scale}
imbalance = {imbalance}
output_scale = {alpha}
output_center = {center}
[data]
input_dim = {inputs}
outputs = {outputs}
test_samples = 4
[training]
max_steps = {max_steps}
tolerance = {tolerance}
step_rule = "{rule}"
step_unit = "{unit}"
[statistics]
kernel = "full"
also = ["two_layer"]
"""

PLAIN = dict(width=30, samples=[4, 7], step_size="[0.02, 0.5]", parametrization='["ntk", "mup", "standard"]',
             init_scale=1, imbalance=1.5, alpha=1, center='"none"', inputs=5, outputs="[1, 3, 6]", max_steps=6,
             rule="constant", unit="critical", tolerance=1e-30)

# Wide enough for the theorem to cover a step; a centred output that counts little leaves a margin.
COVERED = dict(PLAIN, width=400, samples=3, inputs=3, outputs="[1, 3]", alpha="[1, 30]", parametrization='"ntk"',
               center='["none", "initial"]', imbalance=2, step_size=1, max_steps=12)


def run(folder, **changes):
    return list(Sweep(folder, JOB.format(**{**PLAIN, **changes})).cells())


class Run:
    """The cell's network, trained by the gradients of 1/2 |Y - X W_1 W_2|_F^2 with X, Y in the program's units."""

    def __init__(self, cell):
        a, settings, self.cell = cell.arrays, cell.settings, cell
        self.w1, self.w2 = a["layer_1/weights_initial"].copy(), a["layer_2/weights_initial"].copy()
        (s1, _, c1), (s2, _, c2) = (layer_rule(settings, w.shape[1], last)
                                    for w, last in ((self.w1, False), (self.w2, True)))
        assert c1 == c2
        self.x, self.alpha, self.n = s1 * s2 * a["inputs"], settings["output_scale"], len(a["inputs"])
        centre = self.x @ self.w1.T @ self.w2.T if settings["output_center"] == "initial" else 0 * a["targets"]
        self.target = a["targets"] / self.alpha + centre
        self.theory = TwoLayer(a["inputs"], a["targets"], self.w1, self.w2, s1, s2, c1, self.alpha, centre)
        self.bound = self.theory.loss0
        self.first = self.w1 @ self.w1.T - self.w2.T @ self.w2

    def residual(self):
        return self.x @ self.w1.T @ self.w2.T - self.target

    def our_loss(self):
        return self.alpha ** 2 * np.linalg.norm(self.residual()) ** 2 / (2 * self.n)

    def loss(self):
        """Theirs, above its minimum."""
        reduced = self.theory.singular[:, None] * np.linalg.multi_dot(self.reduced()) - self.theory.y
        return np.linalg.norm(reduced) ** 2 / 2

    def reduced(self):
        return self.theory.weights(self.w1, self.w2)

    def step(self, eta):
        signal = self.residual().T @ self.x
        self.bound *= self.theory.contraction(eta, self.bound)
        self.w1, self.w2 = self.w1 - eta * self.w2.T @ signal, self.w2 - eta * signal @ self.w1.T


def describe(cell):
    return str({key: cell.settings[key] for key in ("width", "samples", "outputs", "parametrization", "imbalance",
                                                    "output_scale", "output_center", "step_size", "step_rule")})


def close(cell, found, expected, tolerance=1e-9, floor=0.0):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=floor, err_msg=describe(cell))


def check_constants(cell):
    theory = Run(cell).theory
    expected = {"xu_alpha": theory.alpha0, "xu_beta": theory.beta0, "xu_margin": theory.p1,
                "xu_product_bound": theory.p2, "xu_condition": theory.kappa,
                "xu_step": theory.our_step(theory.eta_max),
                "arora_step": theory.our_step(theory.arora_step()),
                "du_step": theory.our_step(theory.du_step(cell.settings["tolerance"]))}
    for name, value in expected.items():
        close(cell, cell.result[name], value, 1e-8, 1e-11 * theory.beta0 if name == "xu_alpha" else 0)
    low, _ = theory.tau(*Run(cell).reduced())
    assert theory.alpha0 <= low * (1 + 1e-9) + 1e-12 * theory.beta0, describe(cell)


def check_course(cell, next_step=None):
    result, again = cell.result, Run(cell)
    theory, covered = again.theory, True
    for step, slot in enumerate(result["checkpoint_step"]):
        assert step == slot
        loss = again.loss()
        low, high = theory.tau(*again.reduced())
        imbalance = again.w1 @ again.w1.T - again.w2.T @ again.w2
        floor = 1e-12 * np.linalg.norm(imbalance)
        close(cell, result["train_loss"][slot], again.our_loss())
        close(cell, result["layer_imbalance"][slot], np.linalg.norm(imbalance))
        close(cell, result["imbalance_change"][slot], np.linalg.norm(imbalance - again.first), 1e-9, floor)
        close(cell, [result["tau_min"][slot], result["tau_max"][slot]], [low, high], 1e-9, 1e-12 * high)
        eta = result["step_size_now"][slot] * theory.rate / theory.n
        if next_step is not None and slot < result["steps"]:
            close(cell, eta, next_step(again, step), 1e-8)
        promised = theory.contraction(eta, loss) if eta <= (1 + 1e-10) * theory.eta_max else math.nan
        close(cell, result["xu_rate"][slot], promised, 1e-8)
        rate = theory.local_rate(*again.reduced(), loss, eta)
        if not math.isnan(rate):
            close(cell, result["local_rate"][slot], rate, 1e-8)
        else:
            assert math.isnan(result["local_rate"][slot]), describe(cell)  # no promise beyond the theorem
        close(cell, result["local_step"][slot], theory.our_step(theory.local_step(*again.reduced(), loss)), 1e-8)
        close(cell, result["xu_bound"][slot], theory.our_loss(again.bound) if covered else math.nan, 1e-8)
        covered = covered and eta <= theory.eta_max
        again.step(eta)
    if cell.settings["step_rule"] in ("constant", "xu2023") and theory.contraction(eta, theory.loss0) < 1:
        close(cell, result["imbalance_change_bound"], theory.imbalance_change_bound(eta), 1e-7)
    if covered:
        assert result["xu_violations"] == result["tau_violations"] == result["product_violations"] == 0, describe(cell)
        assert result["xu_largest_excess"] <= 1e-10
    else:
        assert result["xu_violations"] == result["tau_violations"] == result["product_violations"] == -1, describe(cell)


@pytest.mark.parametrize("imbalance, parametrization", [(0.7, "standard"), (1, "ntk"), (3, "mup")])
def test_constants_for_fewer_as_many_and_more_outputs_than_inputs(tmp_path, imbalance, parametrization):
    cells = run(tmp_path, imbalance=imbalance, parametrization=f'"{parametrization}"')
    assert len(cells) == 2 * 2 * 3
    for cell in cells:
        check_constants(cell)
        check_course(cell)


@pytest.mark.parametrize("center", ["none", "initial"])
def test_scaled_and_centred_outputs(tmp_path, center):
    for cell in run(tmp_path, alpha="[0.5, 3]", center=f'"{center}"', parametrization='"mup"', step_size=0.1):
        check_constants(cell)
        check_course(cell)


def capped(run, t):
    first = Run(run.cell)
    start = first.theory.local_step(*first.reduced(), first.loss())
    return min((1 + start ** 2) ** (t / 2) * start, run.theory.local_step(*run.reduced(), run.loss()))


RULES = {
    "local_pl_capped": capped,
    "arora2018": lambda run, t: run.theory.arora_step(),
    "du2018": lambda run, t: run.theory.du_step(run.cell.settings["tolerance"]) / (t + 1),
    "xu2023": lambda run, t: run.theory.eta_max,
    "xu2023_adaptive": lambda run, t: run.theory.best_step(run.loss()),
    "local_pl": lambda run, t: run.theory.local_step(*run.reduced(), run.loss()),
}


@pytest.mark.parametrize("rule", RULES)
def test_rules_take_the_steps_of_their_theorems_without_a_violation(tmp_path, rule):
    # A theorem that needs a margin has a step only where the output at the start is most of the target.
    special = {"arora2018": dict(alpha=30, center='"initial"'), "du2018": dict(tolerance=1e-4)}.get(rule, {})
    cells = run(tmp_path, **{**COVERED, **special, "rule": rule})
    for cell in cells:
        check_constants(cell)
        check_course(cell, RULES[rule])
        assert cell.result["train_loss"][-1] < cell.result["train_loss"][0]
    assert any(cell.result["xu_margin"] > 0 for cell in cells)


SCHEDULES = {
    "piecewise": ("schedule_steps = [2, 5]\nschedule_factors = [0.5, 0.1]",
                  lambda t: 1.0 if t < 2 else 0.5 if t < 5 else 0.1),
    "cosine": ("schedule_floor = 0.2", lambda t: 0.2 + 0.8 * (1 + math.cos(math.pi * t / 8)) / 2),
}


@pytest.mark.parametrize("rule", SCHEDULES)
def test_schedules_scale_the_given_step(tmp_path, rule):
    settings, factor = SCHEDULES[rule]
    text = JOB.format(**{**PLAIN, "rule": rule, "max_steps": 8, "outputs": 2, "samples": 5,
                         "parametrization": '["ntk", "mup"]'})
    cells = list(Sweep(tmp_path, text.replace("[statistics]", settings + "\n[statistics]")).cells())
    for cell in cells:
        first = cell.result["step_size_absolute"]
        close(cell, first, cell.settings["step_size"] * cell.result["step_size_critical"], 1e-12)
        close(cell, cell.result["step_size_now"][:-1], [first * factor(t) for t in range(8)], 1e-12)
        check_course(cell)
