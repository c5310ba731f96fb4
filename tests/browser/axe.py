"""The accessibility checker axe-core, fetched once by npm and held against a digest."""

import hashlib
import shutil
import subprocess
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser import machine

VERSION = "4.14.1"
DIGEST = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
FETCH_SECONDS = 120
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules});
  return found.violations.map((each) => ({
    rule: each.id,
    help: each.help,
    at: each.nodes.map((node) => node.target.join(" ") + ": " + node.failureSummary),
  }));
}"""


def script() -> str:
    """The checker itself; the test is skipped where npm cannot fetch it."""
    folder = machine.CACHE / f"axe-{VERSION}"
    file = folder / "node_modules" / "axe-core" / "axe.min.js"
    npm = machine.npm()
    with machine.alone("axe"):
        if not file.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            command = [npm, "install", "--ignore-scripts", "--no-save", f"axe-core@{VERSION}"]
            done = subprocess.run(
                command, cwd=folder, capture_output=True, timeout=FETCH_SECONDS, check=False
            )
            if done.returncode != 0:
                pytest.skip(f"Tests of accessibility need axe-core {VERSION} from the npm registry")
    text = file.read_text()
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST
    return text


async def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong with a page."""
    await page.evaluate(script())
    found: list[dict[str, Any]] = await page.evaluate(RUN, RULES)
    return found
