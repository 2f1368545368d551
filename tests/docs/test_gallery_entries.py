"""The gallery has every job of jobs/, with its picture and its entry, and no more."""

import pathlib
import re
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
GALLERY = ROOT / "docs/gallery"
JOBS = {path.stem for path in (ROOT / "jobs").glob("*.toml")}
MOST, MOST_TOGETHER = 120_000, 1_500_000  # bytes


def entries():
    """Name of each entry -> its text."""
    parts = re.split(r"^## (\w+)\n", (GALLERY / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def test_every_job_has_its_picture_and_its_entry_and_there_are_no_more():
    assert len(JOBS) > 10
    assert {path.name for path in GALLERY.iterdir()} == {"README.md"} | {f"{name}.png" for name in JOBS}
    assert set(entries()) == JOBS


def test_every_entry_names_its_job_shows_its_picture_and_says_what_one_sees():
    for name, text in entries().items():
        assert f"[jobs/{name}.toml](../../jobs/{name}.toml): " in text, name
        assert re.findall(r"!\[[^\]]{20,}\]\((.*?)\)", text) == [f"{name}.png"], name
        words = " ".join(text.split("![")[0].split())
        assert "?" in words and re.search(r"\b20[12]\d\b", words) and 200 < len(words) < 600, name


def test_pictures_are_small_and_made_for_a_page():
    sizes = {path.name: path.stat().st_size for path in GALLERY.glob("*.png")}
    assert max(sizes.values()) <= MOST and sum(sizes.values()) < MOST_TOGETHER, sizes
    for name in sizes:
        header = (GALLERY / name).read_bytes()[:24]
        width, height = struct.unpack(">II", header[16:])
        assert header.startswith(b"\x89PNG") and 400 < width < 1300 and 300 < height < 1300, name


def test_readers_are_led_to_the_gallery():
    for page, link in (("README.md", "docs/gallery/README.md"), ("jobs/README.md", "../docs/gallery/README.md")):
        assert f"]({link})" in (ROOT / page).read_text(encoding="utf-8"), page
