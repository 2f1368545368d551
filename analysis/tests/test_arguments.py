"""Wrong arguments of every command are one line that names it and its help."""

import pytest

from ntksweep import export, gallery, quickstart
from ntksweep.report import __main__ as report

COMMANDS = {
    "ntksweep-report": (report.main, "ntksweep-report"),
    "ntksweep-export": (export.main, "ntksweep-export"),
    "ntksweep.gallery": (gallery.main, "python3 -m ntksweep.gallery"),
    "ntksweep.quickstart": (quickstart.main, "python3 -m ntksweep.quickstart"),
}
WRONG = [
    ("ntksweep-report", [], "the following arguments are required: OUT.h5"),
    ("ntksweep-report", ["a.h5", "-o", ""], "the folder has no name"),
    ("ntksweep-report", ["a.h5", "--watch", "-1"], "'-1' is no number of seconds from 0.1 to 86400"),
    ("ntksweep-export", [], "the following arguments are required: OUT.h5"),
    ("ntksweep-export", ["a.h5", "--checkpoints", "some\nof"], "invalid choice: 'some"),
    ("ntksweep-export", ["a.h5", "--colour"], "unrecognized arguments: --colour"),
    ("ntksweep.gallery", ["--ranks", "0"], "a number of ranks is 1 or more, not 0"),
    ("ntksweep.gallery", ["--ranks"], "expected one argument"),
    ("ntksweep.quickstart", [], "the following arguments are required: file"),
    ("ntksweep.quickstart", ["a.h5", "a\nb.h5"], "unrecognized arguments: a b.h5"),
]


@pytest.mark.parametrize("name, arguments, words", WRONG, ids=str)
def test_a_wrong_argument_is_one_line(capsys, name, arguments, words):
    main, called = COMMANDS[name]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    shown = capsys.readouterr()
    assert ended.value.code == 2 and shown.out == "" and shown.err.count("\n") == 1
    assert shown.err.startswith(f"{name}: ") and words in shown.err and shown.err.endswith(f"; see {called} --help\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_whole(capsys, name):
    with pytest.raises(SystemExit) as ended:
        COMMANDS[name][0](["--help"])
    assert ended.value.code == 0 and "usage: " in capsys.readouterr().out
