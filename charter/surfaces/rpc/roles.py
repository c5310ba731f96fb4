"""The role matrix, in the Organizations RPC."""

from charter.core.roles import operations as roles
from charter.core.roles.model import Role
from charter.core.vocabulary import Permission
from charter.surfaces.rpc.shapes import Nothing, role_name
from charter.wire.call import Call, Out, View

PERMISSIONS = {
    "org:view": Permission.ORGANIZATION_VIEW,
    "org:manage": Permission.ORGANIZATION_MANAGE,
    "members:view": Permission.MEMBERS_READ,
    "members:manage": Permission.MEMBERS_MANAGE,
}
"""This API's permission names, and what the core calls them."""


class RoleMatrixOut(Out):
    """Which role holds which of this API's permissions."""

    roles: dict[str, list[str]]
    permissions: list[str]

    @classmethod
    def of(cls, rows: tuple[Role, ...], _view: View) -> "RoleMatrixOut":
        """As this API writes it."""
        return cls(
            roles={role_name(row.key): _held(row) for row in rows}, permissions=list(PERMISSIONS)
        )


def _held(row: Role) -> list[str]:
    # Every member may look: that one is held by being a member.
    held = row.permission_keys | {Permission.ORGANIZATION_VIEW.key}
    return [name for name, permission in PERMISSIONS.items() if permission.key in held]


CALLS = [
    Call(
        "POST",
        "/roles",
        roles.matrix,
        RoleMatrixOut,
        body=Nothing,
        is_body_optional=True,
        ignores={"body": "there is nothing to say"},
    ),
]
