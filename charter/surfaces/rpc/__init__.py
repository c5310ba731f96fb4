"""The Organizations RPC: a signed-in user, or a connector for them."""

from charter.surfaces.rpc import invitations, join_codes, members, organizations, roles, tokens
from charter.surfaces.rpc.dialect import RpcDialect

CALLS = [
    *invitations.CALLS,
    *join_codes.CALLS,
    *members.CALLS,
    *organizations.CALLS,
    *roles.CALLS,
    *tokens.CALLS,
]
"""Every route of this door."""

DIALECT = RpcDialect(CALLS)
