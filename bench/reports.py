"""reports.py OUT.h5 PREFIX: makes the report of a sweep in PREFIX/, and looks at it in a browser (bench/reports.sh).

Leaves PREFIX.png and PREFIX.pdf, prints one line, and ends with exit code 1 where the browser complains or a picture is
not seen. Needs analysis and analysis/tests in PYTHONPATH.
"""

import base64
import pathlib
import sys
import time

from browser import Browser, missing
from ntksweep.report.watch import report

LARGEST = 5_000_000


def main(path: str, prefix: str) -> int:
    if missing():
        print(f"reports: {missing()}", file=sys.stderr)
        return 1
    began = time.monotonic()
    report([path], prefix, ["html"])
    took = time.monotonic() - began
    page = pathlib.Path(prefix, "index.html").resolve()
    browser = Browser()
    try:
        said, asked = browser.open(page)
        seen = browser.run("return [...document.querySelectorAll('main img')]"
                           ".map((one) => one.naturalWidth > 0 && one.checkVisibility())")
        failed = "could not be drawn" in browser.run("return document.body.innerText")
        look(browser, prefix)
    finally:
        browser.close()
    size = page.stat().st_size
    print(f"{path}: {size / 1e6:.2f} MB in {took:.1f} s, {sum(seen)} of {len(seen)} pictures seen, "
          f"{len(said)} complaints, {len(asked)} requests{', A FIGURE FAILED' if failed else ''}")
    return int(bool(said or asked or failed or not all(seen) or not seen or size > LARGEST))


def look(browser: Browser, prefix: str) -> None:
    """The whole page as a picture, and as it is printed."""
    height = browser.run("return document.documentElement.scrollHeight")
    browser.driver.set_window_size(1400, min(height + 150, 12000))
    browser.driver.save_screenshot(f"{prefix}.png")
    printed = browser.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    pathlib.Path(f"{prefix}.pdf").write_bytes(base64.b64decode(printed["data"]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
