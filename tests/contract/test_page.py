"""The page of what is served says what is served."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_that_of_the_routes():
    command = [sys.executable, str(ROOT / "tools" / "contract_page.py"), "--check"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
