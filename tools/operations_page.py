"""Writes docs/operations.md: every operation, its permission, its errors and its routes."""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from charter.kernel.operation import CATALOG, Operation
from charter.server import DIALECTS

PAGE = Path(__file__).parent.parent / "docs" / "operations.md"

HEAD = """# Operations

Every operation of the core by name: what it does, what guards it, what it may refuse, and the
routes by which each door offers it. Made by `make docs`; do not edit.

"""


def page() -> str:
    """The page."""
    routes: dict[str, list[str]] = defaultdict(list)
    for dialect in DIALECTS:
        for call in dialect.calls:
            route = f"`{call.method} {dialect.mount}{call.path}`"
            routes[call.operation.name].append(f"{dialect.name}: {route}")
    areas: dict[str, list[Operation[..., object]]] = defaultdict(list)
    for name in sorted(CATALOG):
        areas[name.partition(".")[0]].append(CATALOG[name])
    parts = [HEAD + f"{len(CATALOG)} operations in {len(areas)} areas.\n"]
    for area, operations in areas.items():
        parts.append(f"\n## {area}\n\n| Operation | Permission | May refuse with | Routes |\n")
        parts.append("| --- | --- | --- | --- |\n")
        for each in operations:
            codes = sorted({error.code for error in each.raises})
            errors = ", ".join(f"`{code}`" for code in codes) or "-"
            offered = "<br>".join(routes.get(each.name, ["-"]))
            parts.append(
                f"| **{each.name}** {'' if each.writes else '(reads)'}<br>{each.summary} "
                f"| `{each.permission.key}` | {errors} | {offered} |\n"
            )
    return "".join(parts)


def main() -> int:
    """Write the page, or with `--check` tell whether it is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail if it is stale")
    made = page()
    if parser.parse_args().check:
        if not PAGE.exists() or PAGE.read_text() != made:
            print(f"{PAGE.name} is not current: run `make docs`", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
