"""Section: eigenvalues, and the closed form of the linearised model, against LAPACK."""

from compare.numerics import alternate
from compare.results import Section, ratio
from compare.text import readable, table, times
from compare.workers import gather

HEAD = ["n", "what", "ntksweep", "dsyevd, same OpenBLAS", "scipy", "torch", "JAX", "ours / dsyevd"]


def peers_of(bench, samples, vectors, budget):
    request = {"samples": samples, "budget_s": budget}
    peers = {"scipy": lambda: bench.worker("scipy_cases").ask("spectrum", vectors=vectors, **request),
             "torch": lambda: bench.worker("torch_cases").ask("spectrum", vectors=vectors, **request)}
    if not vectors:
        peers["jax"] = lambda: bench.worker("jax_cases").ask("spectrum", **request)
    return peers


def one(bench, samples, what, rows, found):
    """One row of the table: our row of bench_numerics against dsyevd itself and the others."""
    ours, bare = {"values": ("spectrum_only", "dsyevd_values"), "vectors": ("eigensystem", "dsyevd_vectors"),
                  "linearised": ("linearised", "dsyevd_vectors")}[what]
    budget = 0.2 if bench.short else 0.4
    ask = lambda name: bench.numerics.ask(f"{name}/f64/{samples}", budget)
    m = alternate(bench.rounds + 2, {"ours": lambda: ask(ours), "bare": lambda: ask(bare)},
                  {} if what == "linearised" else peers_of(bench, samples, what == "vectors", budget))
    m = {name: gather(answers) for name, answers in m.items()}
    if m["ours"].seconds is None:
        return
    share = ratio(m["ours"].seconds, m["bare"].seconds)
    found[f"spectrum/{what}/{samples}"] = share
    label = {"values": "values", "vectors": "with vectors", "linearised": "with vectors and 500 (eta, t)"}[what]
    rows.append([str(samples), label, readable(m["ours"].seconds), readable(m["bare"].seconds),
                 *(readable(m[name].seconds) if name in m else "-" for name in ("scipy", "torch", "jax")),
                 times(share)])


def run(bench):
    rows, found = [], {}
    for samples in (128, 512, 1024) if bench.short else (128, 512, 1024, 2048):
        for what in ("values", "vectors") if samples < 2048 else ("values",):
            bench.say(f"spectrum {samples} {what}")
            one(bench, samples, what, rows, found)
    one(bench, 1024, "linearised", rows, found)
    return Section("Spectrum, float64", table(HEAD, rows), found)
