"""Accounts by OData: organizations and people for business tools, by numbers and in queries."""

from charter.surfaces.odata import accounts, members, users
from charter.surfaces.odata.dialect import ODataDialect

CALLS = [*accounts.CALLS, *members.CALLS, *users.CALLS]
"""Every route of this door."""

DIALECT = ODataDialect(CALLS)
