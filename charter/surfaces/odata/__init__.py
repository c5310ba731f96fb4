"""Accounts by OData: organizations and people for business tools, by numbers and in queries."""

from dataclasses import replace

from charter.surfaces.odata import accounts, members, users
from charter.surfaces.odata.dialect import ODataDialect

PARTS = {
    "accounts": accounts,
    "members": members,
    "users": users,
}
"""The parts of the door, by the tags of their calls."""

CALLS = [replace(call, tag=tag) for tag, part in PARTS.items() for call in part.CALLS]
"""Every route of this door."""

DIALECT = ODataDialect(CALLS)
