"""The Organizations RPC: a signed-in user, or a connector for them."""

from charter.surfaces.rpc import members, organizations
from charter.surfaces.rpc.dialect import RpcDialect

CALLS = [*members.CALLS, *organizations.CALLS]
"""Every route of this door."""

DIALECT = RpcDialect(CALLS)
