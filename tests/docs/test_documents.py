"""Documents say what the program says, and show code that is compiled."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BEGIN, END = "<!-- statistics: begin -->\n", "<!-- statistics: end -->\n"


def between(text, begin, end):
    assert text.count(begin) == 1 and text.count(end) == 1, f"{begin!r} and {end!r} must each be there once"
    return text.split(begin)[1].split(end)[0]


def listing():
    result = subprocess.run([os.environ["NTKSWEEP"], "list", "statistics", "--markdown"], capture_output=True,
                            text=True, check=True)
    return result.stdout


def test_the_table_of_statistics_is_that_of_the_program():
    block = between((DOCS / "theory.md").read_text(encoding="utf-8"), BEGIN, END)
    assert block.strip() == listing().strip(), "run scripts/update_docs.sh"


def test_every_row_of_the_table_has_all_columns():
    rows = [line for line in listing().splitlines() if line.startswith("|")]
    assert len(rows) > 100
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}


def test_the_example_shown_is_the_one_that_is_compiled():
    compiled = between((ROOT / "tests/docs/example_statistic.cpp").read_text(encoding="utf-8"),
                       "// example: begin\n", "// example: end\n")
    document = (DOCS / "adding-a-statistic.md").read_text(encoding="utf-8")
    shown = re.findall(r"```cpp\n(.*?)```", document, re.DOTALL)
    assert shown == [compiled]


def test_links_between_documents_lead_somewhere():
    broken = []
    for document in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
            if "://" not in target and not (document.parent / target).exists():
                broken.append(f"{document.relative_to(ROOT)}: {target}")
    assert broken == []


def spack_specs():
    """Without quotes `gcc@12:` would be a pair in YAML, and no spec."""
    lines = (ROOT / "slurm/spack.yaml").read_text(encoding="utf-8").splitlines()
    return [re.fullmatch(r'  - "([^"]+)"', line).group(1) for line in lines if line.lstrip().startswith("- ")]


def test_the_environment_for_spack_has_what_the_install_script_asks_for():
    rows = [line.split() for line in (ROOT / "scripts/install.sh").read_text(encoding="utf-8").splitlines()
            if line.startswith("build   ")]
    asked = {row[3].split("~")[0] for row in rows}
    assert len(rows) > 15
    assert sorted(re.match(r"[\w-]+", spec).group() for spec in spack_specs()) == sorted(asked)


def test_the_environment_for_spack_has_the_compiler_and_cmake_that_the_build_needs():
    def minimum(file, form):
        return re.search(form, (ROOT / file).read_text(encoding="utf-8")).group(1)
    gcc, cmake = minimum("scripts/install.sh", r"-ge (\d+) \]"), minimum("CMakeLists.txt", r"VERSION ([\d.]+)")
    assert {f"gcc@{gcc}:", f"cmake@{cmake}:"} <= set(spack_specs())
