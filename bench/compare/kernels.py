"""Section: the empirical kernel in float64, two-layer ReLU, one output, one thread."""

from compare.numerics import alternate
from compare.results import Section, ratio
from compare.text import percent, readable, size_text, table, times
from compare.workers import gather

SIZES = [(64, 128, 32), (1024, 512, 64), (1024, 1024, 64), (4096, 1024, 784)]
HEAD = ["(m, n, d)", "ntksweep", "of GEMM", "functorch Jacobian", "torch layerwise", "same on OpenBLAS",
        "neural-tangents", "its first call", "Jacobian / ours", "layerwise / ours", "n.-t. / ours", "first call / ours"]


def peers_of(bench, size, budget):
    torch, same_blas = bench.worker("torch_cases"), bench.worker("torch_cases", system=True)
    jax = bench.worker("jax_cases")
    peers = {"layerwise": lambda: torch.ask("ntk", how="layerwise", size=size, budget_s=budget),
             "OpenBLAS": lambda: same_blas.ask("ntk", how="layerwise", size=size, budget_s=budget),
             "structured": lambda: jax.ask("ntk", how="structured", size=size, budget_s=budget)}
    if size[1] < 1024 or size[0] > 1024:
        peers["jacobian"] = lambda: torch.ask("ntk", how="jacobian", size=size, budget_s=budget)
    if size == (64, 128, 32):
        peers["default"] = lambda: jax.ask("ntk", how="structured/default", size=size, budget_s=budget)
    return peers


def run(bench):
    rows, found, notes = [], {}, []
    for size in SIZES:
        bench.say(f"kernel {size_text(size)}")
        large = size[0] > 1024
        budget = 0.15 if bench.short or large else 0.3
        row = "/".join(map(str, ("kernel/f64", *size)))
        rounds = 1 if bench.short and large else bench.rounds
        ours = {"ours": lambda: bench.numerics.ask(row, budget)}
        answers = alternate(rounds, ours, peers_of(bench, size, budget))
        m = {name: gather(found_by) for name, found_by in answers.items()}
        ours = m["ours"].seconds
        layerwise = min(filter(None, (m["layerwise"].seconds, m["OpenBLAS"].seconds)), default=None)
        jacobian = m["jacobian"].seconds if "jacobian" in m else None
        first = m["structured"].extra.get("first")
        values = {"of_gemm": m["ours"].extra.get("of_gemm"), "jacobian": ratio(jacobian, ours),
                  "layerwise": ratio(layerwise, ours), "structured": ratio(m["structured"].seconds, ours),
                  "first": ratio(first, ours)}
        found |= {f"{row}:{name}": value for name, value in values.items() if value is not None}
        rows.append([size_text(size), readable(ours), percent(values["of_gemm"]), readable(jacobian),
                     readable(m["layerwise"].seconds), readable(m["OpenBLAS"].seconds),
                     readable(m["structured"].seconds), readable(first),
                     *(times(values[name]) for name in ("jacobian", "layerwise", "structured", "first"))])
        notes += [f"{size_text(size)}, {name}: {m[name].note}." for name in m if m[name].seconds is None]
        if "default" in m and m["default"].seconds:
            notes.append(f"neural-tangents without `vmap_axes`, as most call it, at {size_text(size)}: "
                         f"{readable(m['default'].seconds)}, {times(ratio(m['default'].seconds, ours))} ours.")
    return Section("Empirical kernel, float64", table(HEAD, rows) + "\n\n" + "\n".join(notes), found)
