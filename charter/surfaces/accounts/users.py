"""Users of an application: listed, looked for, provisioned, and registered with an account."""

from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.organizations import registering
from charter.core.organizations.registration import Registration
from charter.core.people import operations as people
from charter.core.users import operations as users
from charter.core.users.model import User
from charter.kernel.filters.tree import Apply, Name, Node, Text
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.accounts import AccountOut, status_of
from charter.surfaces.accounts.applications import APPLICATION
from charter.surfaces.accounts.asking import NEWEST, Key, Searched, SearchIn
from charter.surfaces.accounts.people import PersonOut
from charter.surfaces.accounts.profiles import UserProfileOut
from charter.surfaces.accounts.shapes import Listed
from charter.wire.call import Call, In, Lists, Out, View


class MadeUser:
    """Answers with a user just made."""

    type = UserProfileOut

    def of(self, row: User, view: View) -> UserProfileOut:
        """As this API writes it."""
        return UserProfileOut.of(row, view)

    def location(self, made: UserProfileOut) -> str:
        """Where it is."""
        return f"users/{made.id}"


class OwnershipOut(Out):
    """The membership of who registered."""

    user_id: str
    account_id: str
    role: str


class RegisteredOut(Out):
    """An account with its first owner, both just made."""

    account: AccountOut
    user: UserProfileOut
    membership: OwnershipOut

    @classmethod
    def of(cls, made: Registration, view: View) -> "RegisteredOut":
        """As this API writes it."""
        account, user = AccountOut.of(made.organization, view), UserProfileOut.of(made.user, view)
        return cls(
            account=account,
            user=user,
            membership=OwnershipOut(user_id=user.id, account_id=account.id, role="owner"),
        )


class Register(In, kw_only=True):
    """An account and its first owner. Without a password they sign in by mail."""

    name: str
    email: str
    password: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    avatar_url: str | None = None
    status: str | UnsetType = UNSET


class CreateUser(In, kw_only=True):
    """Whom a back end makes a user. email_verified: whether it vouches for the address."""

    email: str
    password: str | None = None
    external_id: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email_verified: bool = True


def with_core_ids(node: Node, instance_id: str) -> Node:
    """A condition on users with the core's ids in it."""
    if not isinstance(node, Apply):
        return node
    field = node.args[0] if node.args else None
    if isinstance(field, Name) and field.name == "id":
        return Apply(node.op, tuple(_core_id(each) for each in node.args), node.at)
    return Apply(node.op, tuple(with_core_ids(each, instance_id) for each in node.args), node.at)


def _core_id(node: Node) -> Node:
    return Text(ids.user_id(node.text), node.at) if isinstance(node, Text) else node


def is_unproven(email_verified: Any) -> bool:
    """Whether nobody vouches for an address."""
    return not email_verified


SEARCHED = Searched(
    names={
        "id": "id",
        "status": "status",
        "email": "email_address",
        "given_name": "first_name",
        "family_name": "last_name",
        "display_name": "display_name",
        "external_id": "external_id",
        "preferred_language": "preferred_language",
        "created_at": "created_at",
    },
    bare=("text",),
    sorts={
        "created_at": NEWEST,
        "given_name": Key("first_name", "first_name", str),
        "family_name": Key("last_name", "last_name", str),
        "updated_at": Key("updated_at", "updated_at", datetime),
    },
    reads=with_core_ids,
)
NAMES = {"given_name": "first_name", "family_name": "last_name"}

CALLS = [
    Call(
        "POST",
        "/api/applications/{application_id}/register",
        registering.register_for,
        RegisteredOut,
        body=Register,
        names={**NAMES, "name": "organization_name", "email": "email_address"},
        reads={"status": status_of},
        given={"is_verified": True},
        enters=APPLICATION,
        status=201,
    ),
    Call(
        "GET",
        "/api/applications/{application_id}/users",
        people.search,
        Listed(PersonOut),
        lists=Lists(),
        enters=APPLICATION,
    ),
    Call(
        "POST",
        "/api/applications/{application_id}/users",
        users.create,
        MadeUser(),
        body=CreateUser,
        names={**NAMES, "email": "email_addresses", "email_verified": "leaves_addresses_unproven"},
        reads={"email": lambda address: [address], "email_verified": is_unproven},
        enters=APPLICATION,
        status=201,
    ),
    Call(
        "POST",
        "/api/applications/{application_id}/users/search",
        people.search,
        Listed(PersonOut),
        body=SearchIn,
        lists=SEARCHED,
        enters=APPLICATION,
    ),
]
