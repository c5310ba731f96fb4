"""The allow-list and the block-list in the Backend API."""

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.listed_identifiers import operations as lists
from charter.core.listed_identifiers.model import IdentifierType, ListedIdentifier, ListName
from charter.kernel.filters.plain import MAX_LIMIT
from charter.surfaces.backend.shapes import Bare, DeletedAs, Paged, millis
from charter.wire.call import Call, In, Lists, Out, View

ALLOWED = "/allowlist_identifiers"
BLOCKED = "/blocklist_identifiers"
TAG = "Allow-list / Block-list"


class BlocklistIdentifierOut(Out):
    """Somebody who may not come in."""

    object: str
    id: str
    identifier: str
    identifier_type: IdentifierType
    instance_id: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: ListedIdentifier, view: View) -> "BlocklistIdentifierOut":
        """As this API writes it."""
        return cls(
            object=f"{row.list_name}list_identifier",
            id=row.id,
            identifier=row.identifier,
            identifier_type=row.identifier_type,
            instance_id=view.instance.id,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class AllowlistIdentifierOut(BlocklistIdentifierOut):
    """Somebody who may come in."""

    invitation_id: str | UnsetType

    @classmethod
    def of(cls, row: ListedIdentifier, view: View) -> "AllowlistIdentifierOut":
        """As this API writes it."""
        shared = msgspec.structs.asdict(BlocklistIdentifierOut.of(row, view))
        return cls(**shared, invitation_id=row.invitation_id or UNSET)


class CreateAllowlistIdentifier(In):
    """Who may come in, and whether they are told."""

    identifier: str
    notify: bool | None = None


class CreateBlocklistIdentifier(In):
    """Who may not come in."""

    identifier: str


ALLOW = {"list_name": ListName.ALLOW}
BLOCK = {"list_name": ListName.BLOCK}
CALLS = [
    Call(
        "GET",
        ALLOWED,
        lists.search,
        Bare(AllowlistIdentifierOut),
        lists=Lists(),
        given=ALLOW,
        tag=TAG,
    ),
    Call(
        "POST",
        ALLOWED,
        lists.allow,
        AllowlistIdentifierOut,
        body=CreateAllowlistIdentifier,
        tag=TAG,
    ),
    Call(
        "DELETE",
        ALLOWED + "/{identifier_id}",
        lists.delete,
        DeletedAs("allowlist_identifier"),
        given=ALLOW,
        tag=TAG,
    ),
    Call(
        "GET",
        BLOCKED,
        lists.search,
        Paged(BlocklistIdentifierOut),
        # Existing clients cannot ask for a page of this list: they mean all of it.
        lists=Lists(limit=MAX_LIMIT),
        given=BLOCK,
        tag=TAG,
    ),
    Call(
        "POST",
        BLOCKED,
        lists.block,
        BlocklistIdentifierOut,
        body=CreateBlocklistIdentifier,
        tag=TAG,
    ),
    Call(
        "DELETE",
        BLOCKED + "/{identifier_id}",
        lists.delete,
        DeletedAs("blocklist_identifier"),
        given=BLOCK,
        tag=TAG,
    ),
]
