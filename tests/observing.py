"""Holds every answer of the test run against the contract of its door."""

from collections.abc import Mapping

from charter.wire.call import Call
from charter.wire.dialect import Dialect
from tests.contract.answers import check_answer
from tests.contract.catalogue import Catalogue
from tests.contract.doors import DOORS

UNDOCUMENTED = {("backend", "/clients/handshake_payload")}
"""What existing clients call and no document has, below a path that one does have."""


class ContractBroken(AssertionError):
    """An answer that the published contract does not allow."""


def observe(
    dialect: Dialect, call: Call | None, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Raise ContractBroken for an answer that its contract does not allow."""
    if dialect.name not in DOORS or call is None or (dialect.name, call.path) in UNDOCUMENTED:
        return
    if status >= 400 and headers.get("content-type", "").startswith("text/html"):
        return  # the contract is for programs; a person who opens an address reads a page
    operation = Catalogue.load(dialect.name).operation(call.method, call.path)
    if operation is None:
        return
    mistakes = check_answer(operation, status, headers, body)
    if mistakes:
        raise ContractBroken(f"{call.method} {call.path}: " + "; ".join(mistakes))
