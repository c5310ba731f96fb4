"""Write docs/contract.md: which documented operations of the two APIs this server serves.

With `--check` nothing is written; the exit code is 1 when the page is out of date.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "contract.md"
sys.path.insert(0, str(ROOT))

from tests.contract import accounts_odata, accounts_platform  # noqa: E402 - the path comes first
from tests.contract.catalogue import Catalogue, Operation  # noqa: E402
from tests.contract.doors import DOORS  # noqa: E402
from tests.contract.served import (  # noqa: E402
    COMPLETE_GROUPS,
    WAITING,
    Served,
    documented,
    in_tier,
    lacking,
    served_calls,
    served_routes,
    tiers,
)

ACCOUNTS = """\
## Accounts by OData

The operations of the Accounts API's pages, and what is served beyond them. Lists take `$filter`,
`$orderby`, `$skip`, `$top`, `$count` and `$select`; the service document is at `/odata/api`, the
metadata document at `/odata/api/$metadata`.
"""

PLATFORM = """\
## Accounts

The operations of the Accounts API, by its pages and its client library: documented by method and
path, inferred where what it does is known and the path was chosen, or an extension. Paths stand
below `/accounts`.
"""

ROUTES_HEAD = ("| Route | For | Source | Served |", "| --- | --- | --- | --- |")
Routes = dict[tuple[str, str], Served]

INTRODUCTION = """\
# Served and documented

Written by `tools/contract_page.py` from the route tables and the catalogues in `tests/contract`.
An operation is marked yes when its route exists and takes every documented parameter and body
field, and partly when something is missing.
"""

BACKEND = """\
## The Backend API

Core operations belong to the first publication of the contract; the others joined it later. A
group is whole when every operation is served, apart from those that wait for another part of the
product.
"""

FRONTEND = """\
## The Frontend API

Its operations are ordered by how early a browser needs them.
"""

TIERS = {
    "0": "loading, signing in with a password and out again, pages made on an app's server",
    "1": "every way to sign in and up",
    "2 organizations": "the organizations of a signed-in person",
    "2 profile": "the account of a signed-in person",
    "3 enterprise": "sign-on through a company's own provider, several domains",
    "3 machine and IdP": "keys for programs, being an identity provider",
    "4 billing": "plans and payments",
    "edge": "what few apps call",
}


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
        f"### {group}",
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


def tier_summary(routes: Routes) -> list[str]:
    """The table of counts by tier, with what is missing, and their sum."""
    rows = ["| Tier | For | Served | Documented | Missing |", "| --- | --- | ---: | ---: | --- |"]
    served = total = 0
    for tier in tiers():
        operations = in_tier(tier)
        marks = [mark(each, routes) for each in operations]
        count = marks.count("yes")
        served, total = served + count, total + len(marks)
        pairs = zip(operations, marks, strict=True)
        missing = [f"`{each.id}`" for each, found in pairs if found != "yes"] if count else ["all"]
        rows.append(
            f"| [{tier}](#{anchor(heading(tier))}) | {TIERS[tier]} | {count} | {len(marks)} "
            f"| {', '.join(missing)} |"
        )
    return [*rows, f"| **All** | | **{served}** | **{total}** | |"]


def heading(tier: str) -> str:
    """The heading of a tier."""
    return f"Tier {tier}" if tier[0].isdigit() else "Edge"


def tier_table(tier: str, routes: Routes) -> list[str]:
    """The operations of one tier with their marks."""
    return [
        f"### {heading(tier)}",
        "",
        "| Operation | Route | Group | Served |",
        "| --- | --- | --- | --- |",
        *(
            f"| {each.id} | `{each.method} {each.path}` | {each.tag} | {mark(each, routes)} |"
            for each in in_tier(tier)
        ),
        "",
    ]


def beyond(door: str) -> list[str]:
    """What a door serves though no document names it."""
    shapes = {route.shape for route in served_calls(door)}
    known = DOORS[door].undocumented.items()
    extra = [f"* `{way} {path}`: {why}" for (way, path), why in known if (way, path) in shapes]
    title = f"### Beyond the document of the {door.title()} API"
    return [title, "", *extra, ""] if extra else []


def accounts() -> list[str]:
    """The operations of the OData door with their marks."""
    rows = [*ROUTES_HEAD]
    for each in accounts_odata.ROWS:
        missing = accounts_odata.lacking(each)
        told = f"lacks {', '.join(missing)}" if missing else "yes"
        rows.append(f"| `{each.method} {each.path}` | {each.purpose} | {each.mark} | {told} |")
    return [ACCOUNTS, *rows, ""]


def platform() -> list[str]:
    """The operations of the Accounts door with their marks, by group."""
    lines = [PLATFORM]
    for title, rows in accounts_platform.GROUPS.items():
        lines += [
            f"### {title}",
            "",
            "| Route | For | Source | Served |",
            "| --- | --- | --- | --- |",
        ]
        for each in rows:
            missing = accounts_platform.lacking(each)
            told = f"lacks {', '.join(missing)}" if missing else "yes"
            lines.append(f"| `{each.method} {each.path}` | {each.purpose} | {each.mark} | {told} |")
        lines.append("")
    return lines


def page() -> str:
    """The whole page."""
    routes = served_routes()
    groups = list(dict.fromkeys(each.tag for each in Catalogue.load().operations))
    groups.sort(key=lambda group: group not in COMPLETE_GROUPS)
    lines = [INTRODUCTION, BACKEND, *summary(groups, routes), ""]
    for group in groups:
        lines += table(group, routes)
    lines += beyond("backend")
    routes = served_routes("frontend")
    lines += [FRONTEND, *tier_summary(routes), ""]
    for tier in tiers():
        lines += tier_table(tier, routes)
    return "\n".join([*lines, *beyond("frontend"), *accounts(), *platform()])


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
