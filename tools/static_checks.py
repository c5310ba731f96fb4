"""Runs the checks that are no tests: format, lint, types, imports, sizes, generated pages."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
"""Beside the Python that runs this: the environment need not be active."""

CHECKS: Mapping[str, Sequence[str]] = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "types": ("mypy",),
    "imports": ("lint-imports", "--no-cache"),
    "sizes": ("python", "tools/size_limits.py"),
    **{
        f"docs by {page.name}": ("python", f"tools/{page.name}", "--check")
        for page in sorted((ROOT / "tools").glob("*_page.py"))
    },
}
"""What is checked → the program that does, with its arguments."""


def wrong(name: str) -> str | None:
    """What a check found, as its program says it; None where nothing is wrong."""
    program, *arguments = CHECKS[name]
    done = subprocess.run(
        [PROGRAMS / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else None


def main() -> int:
    """Run every check, up to the first that finds something."""
    for name in CHECKS:
        print(f"{name.capitalize()} …", flush=True)
        if (said := wrong(name)) is not None:
            print(said)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
