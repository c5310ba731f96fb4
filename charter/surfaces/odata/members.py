"""The users of an account: who they are there, and what they may."""

from msgspec import UNSET, UnsetType

from charter.core.memberships import operations as memberships
from charter.core.memberships.fields import MemberStatus
from charter.core.memberships.model import Membership
from charter.core.numbered import organization_of_number, user_of_number
from charter.core.organization_invitations.model import Introduced
from charter.core.organization_users import operations as organization_users
from charter.surfaces.odata.shapes import Acknowledged, Listed, Moment, moment, role_keys, role_name
from charter.wire.call import Call, In, Lists, Out, View

PROPERTIES = {
    "email": "primary_email_address",
    "username": "username",
    "firstName": "first_name",
    "lastName": "last_name",
    "status": "member_status",
    "createdAt": "created_at",
}
"""What may be asked for in `$filter` and `$orderby`, and the core's name for each."""


class AccountUserOut(Out):
    """A user of an account."""

    id: int
    email: str | None
    username: str | None
    firstName: str | None  # noqa: N815  # this API's spelling
    lastName: str | None  # noqa: N815  # this API's spelling
    roles: list[str]
    status: str
    createdAt: Moment  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: Membership, _view: View) -> "AccountUserOut":
        """As this API writes it."""
        is_active = row.disabled_at is None
        return cls(
            id=row.member.number or 0,
            email=row.member.email_address,
            username=row.member.username,
            firstName=row.member.first_name,
            lastName=row.member.last_name,
            roles=[role_name(key) for key in row.role_keys],
            status=MemberStatus.ACTIVE if is_active else MemberStatus.DISABLED,
            createdAt=moment(row.created_at),
        )


class IntroducedOut(Out):
    """A user who is asked to join an account."""

    id: int
    email: str
    accountId: int  # noqa: N815  # this API's spelling
    roles: list[str]
    createdAt: Moment  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, made: Introduced, _view: View) -> "IntroducedOut":
        """As this API writes it."""
        invitation = made.invitation
        keys = (invitation.role_key, *invitation.further_role_keys)
        return cls(
            id=made.user.number,
            email=invitation.email_address,
            accountId=invitation.organization.number,
            roles=[role_name(key) for key in keys],
            createdAt=moment(made.user.created_at),
        )


class NewAccountUser(In, kw_only=True):
    """Whom to ask to join, and what they may."""

    email: str
    firstName: str | None = None  # noqa: N815  # this API's spelling
    lastName: str | None = None  # noqa: N815  # this API's spelling
    roles: list[str]


class Roles(In):
    """What a user may."""

    roles: list[str]


class AccountUser(In):
    """What is to change; a field that is left out stays."""

    roles: list[str] | UnsetType = UNSET
    status: str | UnsetType = UNSET


def status_of(name: str) -> MemberStatus:
    """A status by its name. Raises: ValueError."""
    if name not in tuple(MemberStatus):
        raise ValueError(f"it must be one of {', '.join(MemberStatus)}")
    return MemberStatus(name)


ONE = "/accounts/{account}/users/{member}"
NAMES = {"account": "organization_id", "member": "user_id"}
FINDS = {"organization_id": organization_of_number, "user_id": user_of_number}
READS = {"roles": role_keys}

CALLS = [
    Call(
        "GET",
        "/accounts/{account}/users",
        memberships.search_with_disabled,
        Listed(AccountUserOut, "users"),
        lists=Lists(orders=PROPERTIES, limit=50),
        names={"account": "organization_id"},
        finds={"organization_id": organization_of_number},
    ),
    Call(
        "POST",
        "/accounts/{account}/users",
        organization_users.introduce,
        IntroducedOut,
        body=NewAccountUser,
        names={
            "account": "organization_id",
            "email": "email_address",
            "firstName": "first_name",
            "lastName": "last_name",
        },
        reads=READS,
        finds={"organization_id": organization_of_number},
        status=201,
    ),
    Call(
        "POST",
        ONE,
        organization_users.attach,
        Acknowledged("The user has been added to the account."),
        body=Roles,
        names=NAMES,
        reads=READS,
        finds=FINDS,
    ),
    Call(
        "PUT",
        ONE,
        organization_users.revise,
        Acknowledged("The user has been changed."),
        body=AccountUser,
        names=NAMES,
        reads={**READS, "status": status_of},
        finds=FINDS,
    ),
    Call(
        "PUT",
        f"{ONE}/invite",
        organization_users.invite_again,
        Acknowledged("The invitation has been sent again."),
        names=NAMES,
        finds=FINDS,
    ),
    Call(
        "DELETE",
        ONE,
        memberships.remove,
        Acknowledged("The user has been taken out of the account."),
        names=NAMES,
        finds=FINDS,
    ),
]
