"""Accounts: organizations in a tree, and how they pay."""

from dataclasses import replace
from datetime import datetime

from msgspec import UNSET, UnsetType

from charter.core.images.addresses import image_url
from charter.core.organizations import operations as organizations
from charter.core.organizations import trees
from charter.core.organizations.model import Organization, OrganizationStatus
from charter.kernel.filters.tree import Apply, Name, Node, Op, Text, Value
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.applications import APPLICATION
from charter.surfaces.accounts.asking import NEWEST, Key, Searched, SearchIn
from charter.surfaces.accounts.shapes import Listed, Moment, moment, moment_or_none
from charter.wire.call import Call, In, Lists, Out, View


class AccountOut(Out):
    """An account. parent_id: of the account that it stands below, else of its application."""

    id: str
    parent_id: str
    name: str
    avatar_url: str | None
    status: str
    paid_until: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: Organization, view: View) -> "AccountOut":
        """As this API writes it."""
        above, instance_id = row.parent_id, view.actor.instance_id
        picture = row.avatar_url
        if picture is None and row.image_key is not None:
            picture = image_url(view.platform, instance_id, "organizations", row.id, row.image_key)
        return cls(
            id=ids.account_id(row.id),
            parent_id=ids.application_id(instance_id) if above is None else ids.account_id(above),
            name=row.name,
            avatar_url=picture,
            status=row.status.value,
            paid_until=moment_or_none(row.paid_until),
            created_at=moment(row.created_at),
            updated_at=moment(row.updated_at),
        )


class MadeAccount:
    """Answers with an account just made."""

    type = AccountOut

    def of(self, row: Organization, view: View) -> AccountOut:
        """As this API writes it."""
        return AccountOut.of(row, view)

    def location(self, made: AccountOut) -> str:
        """Where it is."""
        return f"accounts/{made.id}"


class CreateAccount(In, kw_only=True):
    """What an account is made of. How it pays is for the application's own server to say."""

    name: str
    avatar_url: str | None = None
    status: str | UnsetType = UNSET
    paid_until: datetime | UnsetType | None = UNSET


class PatchAccount(In):
    """What is to change; a field that is left out stays, and null takes away what may be empty."""

    name: str | UnsetType = UNSET
    avatar_url: str | UnsetType | None = UNSET
    status: str | UnsetType = UNSET
    paid_until: datetime | UnsetType | None = UNSET


class ChildrenQuery(In):
    """How many levels of a tree to list."""

    depth: int | UnsetType = UNSET


class DeleteQuery(In):
    """Whether accounts below go as well."""

    cascade: bool | UnsetType = UNSET


def status_of(name: str) -> OrganizationStatus:
    """A status by its name. Raises: ValueError."""
    try:
        return OrganizationStatus(name)
    except ValueError:
        allowed = ", ".join(OrganizationStatus)
        raise ValueError(f"it must be one of {allowed}") from None


def with_core_ids(node: Node, instance_id: str) -> Node:
    """A condition on accounts with the core's ids in it."""
    if not isinstance(node, Apply):
        return node
    field = node.args[0] if node.args else None
    if not (isinstance(field, Name) and field.name in ("id", "parent_id")):
        return replace(node, args=tuple(with_core_ids(each, instance_id) for each in node.args))
    if field.name == "parent_id" and node.op is Op.EXISTS:
        # Whatever stands below no account stands below its application.
        return replace(node, args=(replace(field, name="id"),))
    return replace(node, args=tuple(_core_id(each, field, instance_id) for each in node.args))


def _core_id(node: Node, field: Name, instance_id: str) -> Node:
    if not isinstance(node, Text):
        return node
    if field.name == "parent_id" and node.text == ids.application_id(instance_id):
        return Value(None, node.at)
    return replace(node, text=ids.organization_id(node.text))


NAMES = {"account_id": "organization_id"}
READS = {"account_id": ids.organization_id, "status": status_of}
ONE = {"account_id": ids.organization_id}

SEARCHED = Searched(
    names={
        "id": "id",
        "name": "name_in_any_case",
        "status": "status",
        "parent_id": "parent_id",
        "paid_until": "paid_until",
        "created_at": "created_at",
    },
    bare=("name_in_any_case",),
    sorts={
        "created_at": NEWEST,
        "name": Key("name", "name", str),
        "paid_until": Key("paid_until", "paid_until", datetime),
    },
    reads=with_core_ids,
)

CALLS = [
    Call(
        "GET",
        "/api/accounts/{account_id}",
        organizations.get,
        AccountOut,
        names=NAMES,
        reads=ONE,
    ),
    Call(
        "PATCH",
        "/api/accounts/{account_id}",
        organizations.update,
        AccountOut,
        body=PatchAccount,
        names=NAMES,
        reads=READS,
    ),
    Call(
        "DELETE",
        "/api/accounts/{account_id}",
        organizations.delete,
        query=DeleteQuery,
        names=NAMES,
        reads=ONE,
        status=204,
    ),
    Call(
        "GET",
        "/api/accounts/{account_id}/accounts",
        trees.search_below,
        Listed(AccountOut),
        query=ChildrenQuery,
        lists=Lists(),
        names=NAMES,
        reads=ONE,
    ),
    Call(
        "POST",
        "/api/accounts/{account_id}/accounts",
        trees.create_below,
        MadeAccount(),
        body=CreateAccount,
        names=NAMES,
        reads=READS,
        status=201,
    ),
    Call(
        "GET",
        "/api/applications/{application_id}/accounts",
        organizations.search,
        Listed(AccountOut),
        lists=Lists(),
        enters=APPLICATION,
    ),
    Call(
        "POST",
        "/api/applications/{application_id}/accounts/search",
        organizations.search,
        Listed(AccountOut),
        body=SearchIn,
        lists=SEARCHED,
        enters=APPLICATION,
    ),
]
