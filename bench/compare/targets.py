"""What ntksweep is to reach, and whether it did."""

from dataclasses import dataclass

from compare.text import table


@dataclass(frozen=True)
class Target:
    """figure: the name that a section gives the measured number; at_least or at_most the limit."""

    about: str
    figure: str
    limit: float
    kind: str = "at_least"
    unit: str = "x"  # "x": a ratio; "%": a share, kept as a fraction; anything else: a number of these

    def met(self, value):
        return value >= self.limit if self.kind == "at_least" else value <= self.limit

    def show(self, value):
        return {"x": f"{value:.3g} x", "%": f"{100 * value:.3g} %"}.get(self.unit, f"{value:.3g} {self.unit}")


def at_most(about, figure, limit, unit="x"):
    return Target(about, figure, limit, "at_most", unit)


def step(size, kind, quantity, limit, about, unit="x"):
    name = f"step/{kind}/{size}:{quantity}"
    return Target(f"step ({size.replace('/', ', ')}) {kind}, {about}", name, limit, unit=unit)


def kernel(size, quantity, limit, about, unit="x"):
    return Target(f"kernel ({size.replace('/', ', ')}), {about}", f"kernel/f64/{size}:{quantity}", limit, unit=unit)


PEAK, EAGER, TORCH = "share of GEMM peak", "against PyTorch eager", "against PyTorch's best"
ENSEMBLE = "against PyTorch's best ensemble, one net by hand included"
GROUPS = (
    ("1", [step("64/128/32", "f32", "of_gemm", 0.70, PEAK, "%"), step("64/128/32", "f64", "of_gemm", 0.75, PEAK, "%"),
           step("64/128/32", "f32", "eager", 6, EAGER), step("64/128/32", "f64", "eager", 5, EAGER),
           step("64/128/32", "f32", "ensemble", 2, ENSEMBLE), step("64/128/32", "f64", "ensemble", 2, ENSEMBLE)]),
    ("2", [step("8/32/16", kind, quantity, limit, about) for kind in ("f32", "f64")
           for quantity, limit, about in (("eager", 50, EAGER), ("ensemble", 5, ENSEMBLE))]),
    ("3", [step("1024/512/64", "f32", "of_gemm", 0.75, PEAK, "%"),
           step("1024/512/64", "f64", "of_gemm", 0.82, PEAK, "%"),
           step("1024/512/64", "f32", "torch", 1.6, TORCH), step("1024/512/64", "f64", "torch", 1.4, TORCH)]),
    ("4", [step("4096/1024/784", kind, quantity, limit, about, unit) for kind in ("f32", "f64")
           for quantity, limit, about, unit in (
               ("executed", 0.93, "executed flops, share of GEMM peak", "%"),
               ("of_gemm", 1.4, "effective rate 4 n m d over GEMM peak", "x"),
               ("torch", 1.6, TORCH, "x"))]),
    ("5", [step("1024/256/784", kind, "of_gemm", 5, "effective rate 4 n m d over GEMM peak")
           for kind in ("f32", "f64")]),
    ("6", [kernel("64/128/32", "jacobian", 25, "against functorch's Jacobian"),
           kernel("1024/512/64", "jacobian", 50, "against functorch's Jacobian"),
           *(kernel(size, name, limit, about) for size in ("64/128/32", "1024/512/64") for name, limit, about in (
               ("layerwise", 1.7, "against PyTorch by layers"), ("structured", 2, "against neural-tangents, compiled"),
               ("first", 50, "against neural-tangents with compilation"))),
           kernel("1024/1024/64", "of_gemm", 0.85, PEAK, "%"), kernel("4096/1024/784", "of_gemm", 0.85, PEAK, "%")]),
    ("7", [at_most(f"eigenvalues, n = {n}, against dsyevd", f"spectrum/values/{n}", 1.05) for n in (512, 1024, 2048)]),
    ("8", [at_most("each further step size, of the cost of the first (kernel and eigenvectors once)", "sharing/further",
                   0.2, "%"),
           at_most("500 (eta, t) pairs of the linearised model, n = 1024, against dsyevd with vectors",
                   "spectrum/linearised/1024", 1.15)]),
    ("9", [at_most("idle core time above the schedule's lower bound", "ranks/idle", 0.01, "%"),
           Target("efficiency at 2 ranks", "ranks/efficiency", 0.95, unit="%")]),
    ("10", [Target("empty cells through the scheduler", "dispatch/rate", 500e3, unit="per second"),
            Target("cells of 64 numbers into the file", "store/rate", 40e3, unit="per second"),
            at_most("overhead on stored cells of 10 ms at 2 ranks", "dispatch/overhead", 0.005, "%")]),
    ("11", [at_most("a million cells planned", "plan/seconds", 1, "s"),
            at_most("100,000 finished cells run again", "resume/seconds", 2, "s"),
            at_most("memory of rank zero per task", "plan/bytes", 64, "bytes")]),
    ("12", [at_most("error of the predicted time left at 25 % done", "eta/error", 0.2, "%"),
            at_most("error of the predicted memory", "memory/error", 0.2, "%")]),
    ("13", [Target("a whole small grid against a careful PyTorch script", "grid/torch", 5),
            Target("a whole small grid against neural-tangents", "grid/neural-tangents", 20)]),
)


def verdicts(figures):
    """Markdown table of all targets: measured, and met, missed or not measured."""
    rows = []
    for number, targets in GROUPS:
        for target in targets:
            value = figures.get(target.figure)
            sign = "at least" if target.kind == "at_least" else "at most"
            rows.append([number, target.about, f"{sign} {target.show(target.limit)}",
                         "-" if value is None else target.show(value),
                         "not measured" if value is None else "met" if target.met(value) else "**missed**"])
    return table(["", "what", "target", "measured", ""], rows)


def counts(figures):
    """(met, missed, not measured)."""
    values = [(target, figures.get(target.figure)) for _, targets in GROUPS for target in targets]
    met = sum(value is not None and target.met(value) for target, value in values)
    unknown = sum(value is None for _, value in values)
    return met, len(values) - met - unknown, unknown
