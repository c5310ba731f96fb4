"""Write docs/contract.md: which documented operations of the Backend API this server serves.

With `--check` nothing is written; the exit code is 1 when the page is out of date.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "contract.md"
sys.path.insert(0, str(ROOT))

from tests.contract.catalogue import Catalogue, Operation  # noqa: E402 - the path comes first
from tests.contract.served import (  # noqa: E402
    COMPLETE_GROUPS,
    UNDOCUMENTED,
    WAITING,
    Served,
    documented,
    lacking,
    served_routes,
)

Routes = dict[tuple[str, str], Served]

INTRODUCTION = """\
# The Backend API: served and documented

Written by `tools/contract_page.py` from the route tables and `tests/contract/catalogue.json`.
An operation is marked yes when its route exists and takes every documented parameter and body
field, and partly when something is missing. Core operations belong to the first publication of
the contract; the others joined it later. A group is whole when every operation is served, apart
from those that wait for another part of the product.
"""


def mark(operation: Operation, routes: Routes) -> str:
    """Whether an operation is served, and if not wholly, what is missing."""
    route = routes.get(operation.shape)
    if route is None:
        waits = WAITING.get(operation.id)
        return f"waits for {waits}" if waits else "no"
    missing = lacking(operation, route)
    return f"partly: lacks {', '.join(missing)}" if missing else "yes"


def summary(groups: list[str], routes: Routes) -> list[str]:
    """The table of counts by group, and their sum."""
    rows = ["| Group | Served | Documented | Whole |", "| --- | ---: | ---: | --- |"]
    served = total = 0
    for group in groups:
        marks = [mark(each, routes) for each in documented(group)]
        count = marks.count("yes")
        waiting = sum(each.startswith("waits") for each in marks)
        served, total = served + count, total + len(marks)
        whole = group in COMPLETE_GROUPS and count + waiting == len(marks)
        note = f"yes, {waiting} waiting" if whole and waiting else "yes" if whole else ""
        rows.append(f"| [{group}](#{anchor(group)}) | {count} | {len(marks)} | {note} |")
    return [*rows, f"| **All** | **{served}** | **{total}** | |"]


def anchor(heading: str) -> str:
    """The fragment that a heading gets in rendered Markdown."""
    kept = "".join(each for each in heading.lower() if each.isalnum() or each in " -")
    return kept.replace(" ", "-")


def table(group: str, routes: Routes) -> list[str]:
    """The operations of one group with their marks."""
    return [
        f"## {group}",
        "",
        "| Operation | Route | Core | Served |",
        "| --- | --- | --- | --- |",
        *(
            f"| {each.id} | `{each.method} {each.path}` | {'yes' if each.is_core else 'later'} "
            f"| {mark(each, routes)} |"
            for each in documented(group)
        ),
        "",
    ]


def page() -> str:
    """The whole page."""
    routes = served_routes()
    groups = list(dict.fromkeys(each.tag for each in Catalogue.load().operations))
    groups.sort(key=lambda group: group not in COMPLETE_GROUPS)
    extra = [
        f"* `{method} {path}`: {reason}"
        for (method, path), reason in UNDOCUMENTED.items()
        if (method, path) in routes
    ]
    lines = [INTRODUCTION, *summary(groups, routes), ""]
    for group in groups:
        lines += table(group, routes)
    if extra:
        lines += ["## Served beyond the document", "", *extra, ""]
    return "\n".join(lines)


def main() -> int:
    """Write or check the page.

    Returns: the exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if the page is out of date")
    wanted = page()
    if parser.parse_args().check:
        current = PAGE.read_text() if PAGE.exists() else ""
        if current != wanted:
            print("docs/contract.md is out of date: run tools/contract_page.py", file=sys.stderr)
            return 1
        return 0
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(wanted)
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
