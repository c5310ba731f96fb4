"""Members of an organization, in the Organizations RPC."""

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import MemberNotFound, Membership
from charter.kernel.lists import Found
from charter.surfaces.rpc.shapes import (
    DEFAULTS,
    NAMES,
    OfOrganization,
    Ok,
    iso,
    role_key,
    role_name,
)
from charter.wire.call import Call, Lists, Out, View


class OneMember(OfOrganization, kw_only=True):
    """Which member, of which organization."""

    userId: str  # noqa: N815  # this API's spelling


class SetRole(OneMember, kw_only=True):
    """A member's new role."""

    role: str


class MemberOut(Out):
    """A member."""

    userId: str  # noqa: N815  # this API's spelling
    role: str
    email: str | None
    name: str | None
    joinedAt: str  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: Membership, _view: View) -> "MemberOut":
        """As this API writes it."""
        return cls(
            userId=row.user_id,
            role=role_name(row.role_key),
            email=row.member.email_address,
            name=row.member.name,
            joinedAt=iso(row.created_at),
        )


class MembersOut(Out):
    """Members, the longest first."""

    members: list[MemberOut]

    @classmethod
    def of(cls, found: Found[Membership], view: View) -> "MembersOut":
        """As this API writes it."""
        return cls(members=[MemberOut.of(row, view) for row in found.items])


MEMBER_NAMES = {**NAMES, "userId": "user_id"}

CALLS = [
    Call(
        "POST",
        "/members/list",
        memberships.search,
        MembersOut,
        body=OfOrganization,
        lists=Lists(),
        names=NAMES,
        defaults=DEFAULTS,
        given={"oldest_first": True},
    ),
    Call(
        "POST",
        "/members/set-role",
        memberships.set_role,
        Ok,
        body=SetRole,
        names=MEMBER_NAMES,
        defaults=DEFAULTS,
        reads={"role": role_key},
    ),
    Call(
        "POST",
        "/members/remove",
        memberships.remove,
        Ok,
        body=OneMember,
        names=MEMBER_NAMES,
        defaults=DEFAULTS,
        forgives=(MemberNotFound,),  # removing a stranger succeeds
    ),
]
