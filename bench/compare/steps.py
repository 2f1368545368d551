"""Section: one step of gradient descent, two-layer ReLU, one output, one thread."""

from compare.numerics import alternate
from compare.results import Section, best, ratio
from compare.text import percent, readable, size_text, table, times
from compare.workers import gather

SIZES = [(8, 32, 16), (64, 128, 32), (1024, 512, 64), (4096, 1024, 784), (1024, 256, 784)]
TORCH = ("eager", "sgd", "hand", "ensemble", "compiled")
HEAD = ["(m, n, d)", "type", "ntksweep", "of GEMM", "executed", "torch eager", "nn + SGD", "hand", "ensemble, per net",
        "compiled", "torch on OpenBLAS", "JAX jit", "eager / ours", "best peer / ours"]


def measure(bench, size, kind):
    """{column: Measured} of one size."""
    row = "/".join(map(str, ("step", kind, *size)))
    large = size[0] * size[1] * size[2] > 1e9
    budget = 0.1 if bench.short or large else 0.25
    torch = bench.worker("torch_cases")
    same_blas = bench.worker("torch_cases", system=True)
    # A compilation takes up to half a minute; the large sizes have nothing left to fuse.
    ways = [way for way in TORCH if not (way == "compiled" and (bench.short or large or size[0] == 8))]
    peers = {way: lambda way=way: torch.ask("step", how=way, size=size, kind=kind, budget_s=budget) for way in ways}
    peers |= {f"OpenBLAS {way}": lambda way=way: same_blas.ask("step", how=way, size=size, kind=kind, budget_s=budget)
              for way in ("eager", "hand")}
    peers["jax"] = lambda: bench.worker("jax_cases").ask("step", how="jit", size=size, kind=kind, budget_s=budget)
    ours = {"ours": lambda: bench.numerics.ask(row, budget)}
    answers = alternate(1 if bench.short and large else bench.rounds, ours, peers)
    return {name: gather(found) for name, found in answers.items()}


def cells(size, kind, m):
    ours = m["ours"].seconds
    torch = [m[way] for way in TORCH if way in m]
    same = best([m["OpenBLAS eager"], m["OpenBLAS hand"]])
    ensemble = m["ensemble"]
    show = lambda name: readable(m[name].seconds) if name in m and m[name].seconds else "-"
    return [size_text(size), kind, readable(ours), percent(m["ours"].extra.get("of_gemm")),
            percent(m["ours"].extra.get("executed_of_gemm")), show("eager"), show("sgd"), show("hand"),
            f"{readable(ensemble.seconds)} ({ensemble.note})", show("compiled"), readable(same), show("jax"),
            times(ratio(best([m["eager"], m["sgd"]]), ours)),
            times(ratio(best([*torch, m["jax"], m["OpenBLAS eager"], m["OpenBLAS hand"]]), ours))]


def figures(size, kind, m):
    """For the targets, keyed "step/f32/64/128/32:quantity"."""
    ours, same = m["ours"].seconds, best([m["OpenBLAS eager"], m["OpenBLAS hand"]])
    torch = best([m[way] for way in TORCH if way in m])
    key = "/".join(map(str, ("step", kind, *size)))
    values = {"of_gemm": m["ours"].extra.get("of_gemm"), "executed": m["ours"].extra.get("executed_of_gemm"),
              "eager": ratio(best([m["eager"], m["sgd"]]), ours),
              "ensemble": ratio(best([m["ensemble"], m["hand"], m["OpenBLAS hand"]]), ours),
              "torch": ratio(min(filter(None, (torch, same)), default=None), ours),
              "jax": ratio(m["jax"].seconds, ours)}
    return {f"{key}:{name}": value for name, value in values.items() if value is not None}


def run(bench):
    rows, found = [], {}
    for size in SIZES:
        for kind in ("f32", "f64"):
            bench.say(f"step {size_text(size)} {kind}")
            m = measure(bench, size, kind)
            rows.append(cells(size, kind, m))
            found |= figures(size, kind, m)
    text = table(HEAD, rows)
    return Section("One step of gradient descent", text, found)
