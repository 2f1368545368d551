"""The scripts of bench/ parse, and the code that turns measurements into tables works; no peer is needed."""

import ast
import importlib
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from compare import kernels, numerics, small_grid, spectra, steps, targets, text, workers  # noqa: E402
from compare.__main__ import SECTIONS  # noqa: E402
from compare.results import Measured, best, ratio  # noqa: E402


@pytest.mark.parametrize("path", sorted((ROOT / "bench").rglob("*.py")), ids=lambda path: path.name)
def test_every_python_script_parses(path):
    ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted((ROOT / "bench").glob("*.sh")), ids=lambda path: path.name)
def test_every_shell_script_parses(path):
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_every_section_that_can_be_chosen_is_there_and_named_in_the_help():
    help_text = (ROOT / "bench" / "run_all.sh").read_text(encoding="utf-8")
    for section in SECTIONS:
        assert callable(importlib.import_module(f"compare.{section}").run)
        assert section in help_text


@pytest.mark.parametrize("seconds, expected", [(None, "-"), (2.5, "2.5 s"), (3.25e-3, "3.25 ms"), (14e-6, "14 us"),
                                               (6.1e-7, "610 ns")])
def test_times_have_a_unit_that_suits_them(seconds, expected):
    assert text.readable(seconds) == expected


def test_a_table_has_a_rule_below_its_head():
    assert text.table(["a", "b"], [["1", "2"]]).splitlines() == ["| a | b |", "| --- | --- |", "| 1 | 2 |"]


def test_a_ratio_is_unknown_where_one_of_the_times_is():
    assert ratio(6, 2) == 3
    assert ratio(None, 2) is None and ratio(6, None) is None
    assert best([Measured(None), Measured(3), Measured(2)]) == 2 and best([]) is None


def test_ours_and_the_peers_take_turns_and_a_peer_that_fails_is_asked_once():
    asked = []

    def ask(name, answer):
        return lambda: asked.append(name) or answer

    answers = numerics.alternate(2, {"ours": ask("ours", {"seconds": 1})},
                                 {"a": ask("a", {"seconds": 2}), "b": ask("b", {"error": "no"})})
    assert asked == ["ours", "a", "b", "ours", "a"]
    assert len(answers["a"]) == 2 and len(answers["b"]) == 1


def test_rounds_are_gathered_by_their_median():
    rounds = [(3, 0.5), (1, 0.7), (2, 0.6)]
    found = workers.gather([{"seconds": seconds, "of_gemm": share} for seconds, share in rounds])
    assert found.seconds == 2 and found.extra == {"of_gemm": 0.6}


def test_a_peer_that_is_not_installed_says_so():
    worker = workers.Worker("/nonexistent/python", "torch_cases")
    answer = worker.ask("step", size=[8, 32, 16])
    assert workers.gather([answer]) == Measured(None, "not installed")
    worker.close()


def test_targets_are_met_missed_or_not_measured():
    at_least = targets.Target("faster", "a", 2)
    at_most = targets.at_most("slower", "b", 1.05)
    assert at_least.met(2) and not at_least.met(1.99)
    assert at_most.met(1.05) and not at_most.met(1.06)
    rows = targets.verdicts({"step/f32/64/128/32:of_gemm": 0.71, "spectrum/values/1024": 1.2}).splitlines()
    assert sum("| met |" in row for row in rows) == 1
    assert sum("**missed**" in row for row in rows) == 1
    assert targets.counts({"step/f32/64/128/32:of_gemm": 0.71, "spectrum/values/1024": 1.2})[:2] == (1, 1)


def test_every_target_has_a_figure_of_its_own():
    names = [target.figure for _, group in targets.GROUPS for target in group]
    assert len(names) == len(set(names))


def test_every_target_of_a_step_or_kernel_is_of_a_size_that_is_measured():
    for _, group in targets.GROUPS:
        for target in group:
            kind, _, size = target.figure.partition(":")[0].partition("/")
            if kind in ("step", "kernel"):
                known = steps.SIZES if kind == "step" else kernels.SIZES
                assert tuple(map(int, size.split("/")[1:])) in known


def test_steps_give_the_figures_that_targets_ask_for():
    ways = ("ours", *steps.TORCH, "OpenBLAS eager", "OpenBLAS hand", "jax")
    measured = {way: Measured(2.0, "bmm of 4") for way in ways} | {"ours": Measured(1.0, "", {"of_gemm": 0.8})}
    found = steps.figures((64, 128, 32), "f32", measured)
    assert found["step/f32/64/128/32:eager"] == 2 and found["step/f32/64/128/32:of_gemm"] == 0.8
    assert len(steps.cells((64, 128, 32), "f32", measured)) == len(steps.HEAD)


def test_differences_are_relative_and_forgive_rounding():
    assert small_grid.difference([2.0, 1.01], [2.0, 1.0]) == pytest.approx(0.01)
    assert small_grid.difference([1.0, 1e-20], [1.0, 2e-20]) < 1e-7
    with pytest.raises(ValueError):
        small_grid.difference([1.0], [1.0, 2.0])


def test_the_spectrum_table_has_a_cell_for_every_column():
    class Bench:
        short, rounds = True, 1

        class numerics:
            ask = staticmethod(lambda row, budget: {"seconds": 2.0})

        def worker(self, name):
            return workers.Worker("/nonexistent/python", name)

    rows, found = [], {}
    spectra.one(Bench(), 1024, "values", rows, found)
    assert len(rows[0]) == len(spectra.HEAD) and found == {"spectrum/values/1024": 1}


def test_a_script_that_takes_too_long_is_ended_with_its_children():
    code, out, err = workers.captured(["bash", "-c", "echo begun; sleep 60 & wait"], limit_s=0.5)
    assert (code, out) == (124, "begun\n") and "0.5 s" in err
    assert workers.captured(["/nonexistent/program"])[0] == 127
    assert workers.captured(["bash", "-c", "echo $X; exit 3"], X=7)[:2] == (3, "7\n")
