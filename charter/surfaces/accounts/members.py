"""Members of an account, with who they are."""

from charter.core.memberships import operations as memberships
from charter.core.memberships import reading
from charter.core.memberships.reading import MemberInFull
from charter.kernel.actor import Actor
from charter.kernel.platform import Platform
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.profiles import CredentialOut, IdentityOut, UserOut
from charter.surfaces.accounts.shapes import Listed, Moment, moment, role_key, role_name
from charter.wire.call import Call, In, Lists, Out, View


class MemberOut(Out):
    """A member of an account: the role, and the person."""

    id: str
    user_id: str
    account_id: str
    role: str
    created_at: Moment
    user: UserOut
    identity: IdentityOut
    credentials: list[CredentialOut]

    @classmethod
    def of(cls, row: MemberInFull, view: View) -> "MemberOut":
        """As this API writes it."""
        membership, user = row.membership, row.user
        return cls(
            id=ids.member_id(membership.id),
            user_id=ids.uid(membership.user_id),
            account_id=ids.account_id(membership.organization_id),
            role=role_name(membership.role_key),
            created_at=moment(membership.created_at),
            user=UserOut.of(user, view),
            identity=IdentityOut.of(user, view),
            credentials=[CredentialOut.of(each, view) for each in user.email_addresses],
        )


class MadeMember:
    """Answers with a member just made."""

    type = MemberOut

    def of(self, row: MemberInFull, view: View) -> MemberOut:
        """As this API writes it."""
        return MemberOut.of(row, view)

    def location(self, made: MemberOut) -> str:
        """Where it is."""
        return f"accounts/{made.account_id}/members/{made.user_id}"


class AddMember(In, kw_only=True):
    """Whom to make a member, and in which role."""

    user_id: str
    role: str


class PatchMember(In, kw_only=True):
    """The role that a member is to have."""

    role: str


async def user_of(platform: Platform, actor: Actor, text: str) -> str:
    """The user that a path names, by their own id or by that of their membership."""
    if text.startswith(ids.MEMBERSHIP):
        return await reading.user_of_membership(platform, actor, ids.membership_id(text))
    return ids.user_id(text)


NAMES = {"account_id": "organization_id"}
ACCOUNT = {"account_id": ids.organization_id}
ONE = "/api/accounts/{account_id}/members/{user_id}"
FINDS = {"user_id": user_of}

CALLS = [
    Call(
        "GET",
        "/api/accounts/{account_id}/members",
        reading.search_in_full,
        Listed(MemberOut),
        lists=Lists(),
        names=NAMES,
        reads=ACCOUNT,
    ),
    Call(
        "POST",
        "/api/accounts/{account_id}/members",
        reading.create_in_full,
        MadeMember(),
        body=AddMember,
        names=NAMES,
        reads={**ACCOUNT, "user_id": ids.user_id, "role": role_key},
        status=201,
    ),
    Call("GET", ONE, reading.get_in_full, MemberOut, names=NAMES, reads=ACCOUNT, finds=FINDS),
    Call(
        "PATCH",
        ONE,
        reading.set_role_in_full,
        MemberOut,
        body=PatchMember,
        names=NAMES,
        reads={**ACCOUNT, "role": role_key},
        finds=FINDS,
    ),
    Call("DELETE", ONE, memberships.remove, names=NAMES, reads=ACCOUNT, finds=FINDS, status=204),
]
