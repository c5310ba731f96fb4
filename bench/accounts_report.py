"""What the page says of searches of accounts and of trees."""

from collections.abc import Sequence

from bench.accounts import FEW, MANY, TARGETS, Answering
from bench.forest import BUSH, BUSHES, DEPTH
from bench.searches import KINDS

F, M = f"accounts-{FEW}", f"accounts-{MANY}"

HEAD = """
## Accounts, searched and listed as trees

An instance of {few:,} accounts, and one of {many:,}: names of three words, of which ten accounts
share the first; statuses in the shares of everyday; {bushes} trees of {bush} accounts and as many
chains, all {depth} levels deep. There are {targets} different questions of each kind, asked by an
app's server; each but the last finds some 0 to 50 accounts. A page in OData always tells how many
there are in all ([why](decisions/0029-accounts-by-odata.md)), so the last kind, which finds one
account in twenty, counts them each time: a count reads an entry of an index, or a row, for each
match, and there is no way around that. Server and database are counted together; p50 is that of
questions asked one after another, on the clock.

"""


def accounts_part(found: Sequence[Answering]) -> str:
    """The section: a row for each kind of question."""
    is_grown = all(M in each.compared.rounds for each in found)
    head = HEAD.format(
        few=FEW,
        many=MANY,
        bushes=BUSHES,
        bush=sum(BUSH),
        depth=DEPTH,
        targets=TARGETS,
    )
    sizes = [(F, f"{FEW:,}"), (M, f"{MANY:,}")] if is_grown else [(F, f"{FEW:,}")]
    names = "".join(f" µs at {shown} | per CPU s | of the floor | p50 ms |" for _, shown in sizes)
    last = " times dearer |" if is_grown else ""
    columns = 1 + 4 * len(sizes) + is_grown
    lines = [f"| Question |{names}{last}", "| --- |" + " ---: |" * (columns - 1)]
    lines += [_row(each, [size for size, _ in sizes]) for each in found]
    return head + "\n".join(lines) + "\n"


def accounts_targets(found: Sequence[Answering] | None) -> list[tuple[str, float | None, float]]:
    """What is to be reached: words, the value where it was measured, and the most it may be."""
    rows: list[tuple[str, float | None, float]] = []
    for kind, most in ((each, each.most_grown) for each in KINDS):
        if most is None:
            continue
        words = f"accounts, {kind.title}: at most {most:g} times dearer at a hundred times the data"
        grown = [each.compared for each in found or () if each.kind is kind]
        if not grown or M in grown[0].rounds:
            rows.append((words, grown[0].ratio(M, F) if grown else None, most))
    return rows


def _row(each: Answering, sizes: Sequence[str]) -> str:
    cells = []
    for size in sizes:
        total_us = each.compared.cost(size).total_us
        share = each.compared.ratio(f"{size} floor", size)
        cells += [f"{total_us:,.0f}", f"{1e6 / total_us:,.0f}", f"{share:.2f}"]
        cells.append(f"{each.p50_ms[size]:.1f}")
    if len(sizes) > 1:
        cells.append(f"{each.compared.ratio(M, F):.2f}")
    return f"| {each.kind.title} | " + " | ".join(cells) + " |"
