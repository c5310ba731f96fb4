"""Reads a query that deletes: stricter than one that searches, since there is no way back."""

import re
from collections.abc import Sequence

from charter.core.query_deletions.model import (
    MOST_AT_ONCE,
    Deletion,
    QueryNamesNothing,
)
from charter.kernel.errors import InvalidInput
from charter.kernel.filters import lucene
from charter.kernel.filters.tree import Apply, Node, Op, Place, Text, rename, syntax

RULES = lucene.Rules(has_negation=False, has_ranges=False)
_PIECE = re.compile(r"\\(.)|(.)", re.DOTALL)


def checked(deletion: Deletion, names: Sequence[str]) -> Node:
    """The tree of a deletion's query.

    Every way to meet it has a clause that names something: `status:*` alone is refused, and so is
    `external_id:in_1 OR status:*`.
    names: the fields that it may name.
    Raises: InvalidInput, for a limit or a count out of range; FilterSyntax; FilterType;
    QueryNamesNothing.
    """
    if not 1 <= deletion.limit <= MOST_AT_ONCE:
        raise InvalidInput("limit", reason=f"it must be from 1 to {MOST_AT_ONCE}")
    if deletion.expected_count is not None and not 0 <= deletion.expected_count < 2**31:
        raise InvalidInput("expected_count", reason="it must be a count")
    tree = rename(lucene.parse(deletion.query, RULES), {name: name for name in names})
    free = _free(tree)
    if free is not None:
        at = free.at or Place(RULES.parameter)
        raise QueryNamesNothing(
            at.parameter,
            position=at.position,
            reason="each way to match needs a clause with a character that is no wildcard",
        )
    return tree


def _free(node: Node) -> Node | None:
    """A branch that could be met by anything; None where every one names something."""
    if not isinstance(node, Apply):
        return node
    if node.op is Op.OR:
        return next((free for arg in node.args if (free := _free(arg)) is not None), None)
    if node.op is Op.AND:
        # Each is looked at, for what no clause may have.
        found = [_free(arg) for arg in node.args]
        return None if None in found else node
    return None if _has_letter(node) else node


def _has_letter(clause: Apply) -> bool:
    """Whether a clause has a character that stands for itself. Raises: FilterSyntax."""
    texts = [arg for arg in clause.args if isinstance(arg, Text)]
    if not texts:
        return False
    if clause.op is not Op.MATCHES:
        return any(text.text for text in texts)
    pieces = [piece for text in texts for piece in _PIECE.findall(text.text)]
    if any(plain == "?" for _, plain in pieces):
        # In other dialects it is a character like others, and more would go than was meant.
        at = clause.at or Place(RULES.parameter)
        raise syntax(at, "? is not taken here: write *, or escape it with a backslash")
    return any(escaped or plain != "*" for escaped, plain in pieces)
