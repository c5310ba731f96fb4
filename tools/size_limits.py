"""Refuse modules, functions and test modules that grew beyond what one can read at once."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("charter", "tests", "tools", "bench", "examples")
MODULE_LINES = 400
TEST_MODULE_LINES = 300
FUNCTION_LINES = 50
# What a tool wrote, read once and never changed; and the one table with a line for each operation.
EXEMPT = ("charter/migrations/versions/", "tests/matrix.py")


def violations(path: Path) -> Iterator[str]:
    """What is too long in a module, a line each."""
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    limit = TEST_MODULE_LINES if name.startswith("tests/") else MODULE_LINES
    lines = text.count("\n")
    if lines > limit:
        yield f"{name}: {lines} lines, {limit} are allowed"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield (
                    f"{name}:{node.lineno}: {node.name} has {length} lines, "
                    f"{FUNCTION_LINES} are allowed"
                )


def main() -> int:
    """Print every violation."""
    found = [
        line
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(EXEMPT)
        for line in violations(path)
    ]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
