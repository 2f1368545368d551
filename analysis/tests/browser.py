"""A headless Chromium for the tests of the report, and what it noticed while it showed a page."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from typing import Any


def missing() -> str:
    """What a machine lacks for these tests, "" for nothing; scripts/install.sh installs it where it is packaged."""
    lacking = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    try:
        import selenium  # noqa: F401
    except ImportError:
        lacking.append("python3-selenium")
    return f"not installed: {', '.join(lacking)} (scripts/install.sh tests)" if lacking else ""


class Browser:
    """Opens files, and keeps what the console said and which addresses were asked for."""

    def __init__(self) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        self._profile = tempfile.TemporaryDirectory()
        for word in ("--headless=new", "--disable-gpu", "--window-size=1400,1000", "--disable-dev-shm-usage",
                     f"--user-data-dir={self._profile.name}"):  # fmt: skip
            options.add_argument(word)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium refuses to run as root with it
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)

    def close(self) -> None:
        self.driver.quit()
        self._profile.cleanup()

    def open(self, path: Any) -> tuple[list[str], list[str]]:
        """Opens a file; the complaints of the console, and the addresses that were asked for besides."""
        self.noticed()
        self.driver.get(f"file://{path}")
        return self.noticed()

    def noticed(self) -> tuple[list[str], list[str]]:
        """Warnings, errors, and addresses that pages asked for outside themselves, since the last look."""
        said = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [
            event["params"]["request"]["url"] for event in events
            if event["method"] == "Network.requestWillBeSent" and event["params"]["documentURL"].startswith("file:")
        ]  # fmt: skip
        return said, [one for one in asked if not one.startswith(("file:///", "data:"))]

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a JavaScript function body in the page."""
        return self.driver.execute_script(script, *arguments)

    def matches(self) -> int:
        """Cells that the filters let through, as the page says."""
        return int(self.run("return document.getElementById('matches').textContent").split()[0].replace(",", ""))

    def pick(self, column: str, word: str) -> None:
        """Chooses a value in the filter of a column; "all" for none."""
        self.run(
            "const one = document.querySelector(`#filters select[data-column='${arguments[0]}']`);"
            "one.value = [...one.options].find((each) => each.text === arguments[1]).value;"
            "one.dispatchEvent(new Event('change'));", column, word,
        )  # fmt: skip

    def search(self, text: str) -> None:
        """Types into the search field."""
        self.run(
            "const one = document.getElementById('search'); one.value = arguments[0];"
            "one.dispatchEvent(new Event('input'));", text,
        )  # fmt: skip

    def column(self, name: str) -> list[str]:
        """The texts of one column in the rows that are shown."""
        return self.run(
            "const table = document.getElementById('cell-table');"
            "const place = [...table.tHead.rows[0].cells].findIndex((cell) => cell.dataset.column === arguments[0]);"
            "return [...table.tBodies[0].rows].map((row) => row.cells[place].textContent);", name,
        )  # fmt: skip

    def sort(self, name: str) -> None:
        """Clicks on the header of a column."""
        self.run("document.querySelector(`#cell-table th[data-column='${arguments[0]}'] button`).click()", name)
