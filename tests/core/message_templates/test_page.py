"""The page about templates says what is true."""

import subprocess
import sys
from pathlib import Path


def test_the_generated_page_is_current():
    root = Path(__file__).parents[3]
    command = [sys.executable, str(root / "tools" / "templates_page.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0
