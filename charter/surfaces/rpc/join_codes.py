"""Join codes, in the Organizations RPC."""

from msgspec import UNSET, UnsetType

from charter.core.join_codes import operations as join_codes
from charter.core.join_codes.model import JoinCode, JoinCodeMade, Joined
from charter.kernel.lists import Found
from charter.surfaces.rpc.shapes import (
    DEFAULTS,
    NAMES,
    OfOrganization,
    Ok,
    OneOfOrganization,
    iso,
    role_key,
    role_name,
)
from charter.wire.call import ACTING_USER, Call, In, Lists, Out, View


class JoinCodeOut(Out):
    """A join code, without the code itself."""

    id: str
    organizationId: str  # noqa: N815  # this API's spelling
    role: str
    maxUses: int | None  # noqa: N815  # this API's spelling
    uses: int
    lastFour: str  # noqa: N815  # this API's spelling
    createdBy: str | None  # noqa: N815  # this API's spelling
    createdAt: str  # noqa: N815  # this API's spelling
    revokedAt: str | None  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: JoinCode, _view: View) -> "JoinCodeOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            organizationId=row.organization_id,
            role=role_name(row.role_key),
            maxUses=row.max_uses,
            uses=row.uses,
            lastFour=row.last_four,
            createdBy=row.created_by,
            createdAt=iso(row.created_at),
            revokedAt=None if row.revoked_at is None else iso(row.revoked_at),
        )


class JoinCodeCreatedOut(Out):
    """A join code just made, with the code itself."""

    code: str
    joinCode: JoinCodeOut  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, made: JoinCodeMade, view: View) -> "JoinCodeCreatedOut":
        """As this API writes it."""
        return cls(code=made.code, joinCode=JoinCodeOut.of(made.join_code, view))


class JoinCodesOut(Out):
    """Join codes."""

    joinCodes: list[JoinCodeOut]  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, found: Found[JoinCode], view: View) -> "JoinCodesOut":
        """As this API writes it."""
        return cls(joinCodes=[JoinCodeOut.of(row, view) for row in found.items])


class JoinedOut(Out):
    """Where somebody is a member now, and whether they were before."""

    organizationId: str  # noqa: N815  # this API's spelling
    role: str
    alreadyMember: bool  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, joined: Joined, _view: View) -> "JoinedOut":
        """As this API writes it."""
        return cls(
            organizationId=joined.membership.organization_id,
            role=role_name(joined.membership.role_key),
            alreadyMember=joined.already_member,
        )


class CreateJoinCode(OfOrganization):
    """What a join code gives, and how often."""

    role: str | UnsetType = UNSET
    maxUses: int | UnsetType | None = UNSET  # noqa: N815  # this API's spelling


class JoinByCode(In):
    """The code."""

    code: str


CALLS = [
    Call(
        "POST",
        "/join-codes/create",
        join_codes.create,
        JoinCodeCreatedOut,
        body=CreateJoinCode,
        names={**NAMES, "maxUses": "max_uses"},
        reads={"role": role_key},
        given={"created_by": ACTING_USER},
        defaults=DEFAULTS,
    ),
    Call(
        "POST",
        "/join-codes/list",
        join_codes.search,
        JoinCodesOut,
        body=OfOrganization,
        names=NAMES,
        lists=Lists(),
        defaults=DEFAULTS,
    ),
    Call(
        "POST",
        "/join-codes/revoke",
        join_codes.revoke,
        Ok,
        body=OneOfOrganization,
        names={**NAMES, "id": "join_code_id"},
        defaults=DEFAULTS,
    ),
    Call("POST", "/join-codes/join", join_codes.join, JoinedOut, body=JoinByCode),
]
