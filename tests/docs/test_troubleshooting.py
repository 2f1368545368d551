"""docs/troubleshooting.md has every message of the program: each stretch of its fixed words, found in the sources.

A message is a text in `throw InputError/SystemError/NumericalError(...)`, in `fmt::print(stderr, ...)` or one that
begins with "warning" or "note", in a call of `fail(...)`, `fail_...(...)` or `refuse(...)`, or in one of the makers
below, which build (parts of) messages elsewhere. Of the Python package it is a text given to SweepError or TooMany.
std::logic_error speaks to programmers and is left out.
"""

import ast
import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/troubleshooting.md"
SHORTEST = 12  # characters; a shorter stretch would be found anywhere

# Functions, and constants, whose texts come out in messages.
MAKERS = {
    "src/cli/crash_notes.cpp": ["at_work"],
    "src/cli/dead_cells.cpp": ["message"],
    "src/cli/doctor_command.cpp": ["shared_folder", "of_the_run", "report_alone"],
    "src/cli/doctor_report.cpp": ["differences"],
    "src/cli/lead_run.cpp": ["skip_what_is_too_big"],
    "src/cli/lead_run_summary.cpp": ["waiting_text", "print_summary"],
    "src/cli/memory_limit.cpp": ["memory_text"],
    "src/cli/merge_command.cpp": ["merge"],
    "src/cli/node_report.cpp": ["blas", "mpi", "core_finding", "memory", "shared_memory"],
    "src/cli/output_folder.cpp": ["report_locking"],
    "src/cli/pin_blas_core.cpp": ["cure_of_foreign_kernels"],
    "src/cli/program.cpp": ["usage_problem"],
    "src/cli/recomputed_cell.cpp": ["compare_values", "why_different"],
    "src/cli/replay_command.cpp": ["report"],
    "src/cli/slurm_facts.cpp": ["job", "end_time"],
    "src/cli/verify_command.cpp": ["repair", "recompute", "verify"],
    "src/cluster/cluster.cpp": ["StartLimit"],
    "src/cluster/coordinate.cpp": ["look_for_stop"],
    "src/cluster/launcher.cpp": ["launchers", "launcher_mismatch", "failed_start_text"],
    "src/cluster/messages.cpp": ["current_failure"],
    "src/core/cpu.cpp": ["require_cpu_features"],
    "src/nn/stored_initialization.cpp": ["advice", "bias_advice"],
    "src/nn/training_rules.cpp": ["check_ranges"],
    "src/ntk/kernel_ends.cpp": ["subject"],
    "src/ntk/linearised_model.cpp": ["outside_linearised_model"],
    "src/ntk/two_layer_linear.cpp": ["outside_linear_theory"],
    "src/store/hdf5_handle.cpp": ["hdf5_reason"],
    "src/store/lock_file.cpp": ["advice", "take_over_from", "wait_for"],
    "src/store/folder_check.cpp": ["no_answer"],
    "src/store/folder_facts.cpp": ["failed", "look_at_file_system", "look_at_space", "look_at_clock"],
    "src/store/folder_trials.cpp": ["take_over", "refused", "cure_of_create", "try_link", "try_flock",
                                    "try_fallocate", "try_fsync", "try_rename", "try_times"],
    "src/store/lock_holder.cpp": ["refusal", "describe"],
    "src/store/compatibility.hpp": ["give_another_output"],
    "src/store/merge.cpp": ["extend_result_file", "merge_result_files"],
    "src/store/placement.cpp": ["fault"],
    "src/store/seal.cpp": ["repair"],
    "src/store/state_file.cpp": ["look_through", "scan"],
    "src/store/text_rows.cpp": ["full_notice"],
    "src/sweep/group_notes.cpp": ["linearised_needs", "limit_needs"],
    "src/sweep/run_task.cpp": ["run_task"],
    "src/sweep/settings_check.cpp": ["wanted_number", "wanted"],
}

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/|\#include[^\n]*)|"(?P<text>(?:[^"\\\n]|\\.)*)"|'(?:[^'\\\n]|\\.)'|[()]|\s+"""
    r"""|(?P<name>[\w:]+(?:\s[A-Z]\w+Error)?)|.""", re.DOTALL)
SAYS = re.compile(r"throw (InputError|SystemError|NumericalError)|fail(_\w+)?|refuse|fmt::print")
ASIDE = re.compile(r"throw std::logic_error\([^;]*;")


def tokens(source):
    """(name or sign, text of a string literal or None), without comments."""
    found = TOKEN.finditer(source)
    return [(m[0], m["text"]) for m in found if not m["comment"] and not m[0].isspace()]


def joined(parts):
    """The string literals, adjacent ones as one."""
    texts, adjacent = [], False
    for _, text in parts:
        if text is not None and adjacent:
            texts[-1] += text
        elif text is not None:
            texts.append(text)
        adjacent = text is not None
    return texts


def closing(parts, opening):
    depth = 0
    for i in range(opening, len(parts)):
        depth += {"(": 1, ")": -1}.get(parts[i][0], 0)
        if depth == 0:
            return i
    raise AssertionError("a bracket is not closed")


def said(source):
    """The literals in throws of the program's errors, in what goes to stderr, and in calls of fail and refuse."""
    parts, texts, i = tokens(source), [], 0
    while i + 1 < len(parts):
        call = parts[i + 1][0] == "(" and SAYS.fullmatch(parts[i][0])
        if call and (parts[i][0] != "fmt::print" or parts[i + 2][0].startswith(("stderr", '"warning ', '"note '))):
            end = closing(parts, i + 1)
            texts += joined(parts[i:end + 1])
            i = end
        i += 1
    return texts


def definition(source, name):
    """The text of a function, as clang-format lays it out, or of a constant."""
    function = rf"^( *)\S[^\n;]*\b{name}\([^;{{]*\{{\n.*?^\1\}}|^( *){name}\(\) \{{\n.*?^\2\}}"
    constant = rf"\b{name}(?:\[\])?\s*=\s.*?;"
    found = [m[0] for m in re.finditer(rf"{function}|{constant}", source, re.DOTALL | re.MULTILINE)]
    assert found, f"{name} is not defined here any more: change MAKERS"
    return ASIDE.sub("", "\n".join(found))


def stretches_of(text):
    """The fixed words of a message, cut at placeholders; those too short to be found by are left out."""
    plain = re.sub(r"\\(x1b\[K|[nrt])", " ", text).replace('\\"', '"')
    pieces = (normal(piece) for piece in re.split(r"\{[^{}]*\}", plain))
    return [piece for piece in pieces if len(piece) >= SHORTEST and " " in piece]


def normal(text):
    """As a reader compares: no line breaks, no backticks."""
    return " ".join(text.replace("`", "").split())


def said_in_python(source):
    """What is given to SweepError or its kind TooMany, placeholders as {}."""
    texts = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("SweepError", "TooMany"):
            parts = getattr(call.args[0], "values", [call.args[0]])
            texts.append("".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts))
    return texts


@functools.cache
def stretches():
    found = {}
    for path in sorted([*(ROOT / "src").rglob("*.[ch]pp"), *(ROOT / "include").rglob("*.hpp")]):
        name = str(path.relative_to(ROOT))
        source = path.read_text(encoding="utf-8")
        texts = said(source)
        for maker in MAKERS.get(name, []):
            texts += joined(tokens(definition(source, maker)))
        for text in texts:
            found.update({stretch: name for stretch in stretches_of(text)})
    for path in sorted((ROOT / "analysis/ntksweep").rglob("*.py")):
        for text in said_in_python(path.read_text(encoding="utf-8")):
            found.update({stretch: path.name for stretch in stretches_of(text)})
    return found


def test_every_message_is_in_the_document():
    document = normal(DOCUMENT.read_text(encoding="utf-8"))
    missing = [f"{name}: {stretch}" for stretch, name in stretches().items() if stretch not in document]
    assert missing == [], "add them to docs/troubleshooting.md, with cause and cure"


def test_the_sources_are_read_as_they_are_written():
    source = '''// throw InputError("in a comment");
    throw InputError(fmt::format("{}: has the shape ({}), it needs "
                                 "one more", path, f("an inner text")));
    throw std::logic_error("for programmers");
    fmt::print(stderr, "ntksweep: {} cells\\n", n);
    fmt::print("a result");
    if (bad) refuse(x, "not this");'''
    assert said(source) == ["{}: has the shape ({}), it needs one more", "an inner text", "ntksweep: {} cells\\n",
                            "not this"]
    assert stretches_of("{}: has the shape ({}), it `needs` one more") == [": has the shape (", "), it needs one more"]


def test_messages_are_found():
    assert len(stretches()) > 400
    assert said_in_python("raise SweepError(f'no {name} here')") == ["no {} here"]


def test_every_entry_has_words_in_backticks_and_fits_the_page():
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line.startswith("- ")]
    assert len(entries) > 100
    assert [line for line in entries if not line.startswith("- `")] == []
    assert [line for line in lines if len(line) > 120] == []
