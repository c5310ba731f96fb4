"""Puts identifiers into the lists; shared by operations and by who comes in by an invitation."""

from charter.core.listed_identifiers import queries
from charter.core.listed_identifiers.model import (
    IdentifierListed,
    ListedIdentifier,
    ListedIdentifierRow,
    ListName,
)
from charter.core.listed_identifiers.normal_form import key_of
from charter.kernel.operation import Context

PREFIXES = {ListName.ALLOW: "alid_", ListName.BLOCK: "blid_"}


async def put(
    ctx: Context, list_name: ListName, identifier: str, *, invitation_id: str | None = None
) -> ListedIdentifier | None:
    """List an identifier; None where it stands there already.

    Raises: IdentifierInvalid.
    Announces: IdentifierListed.
    """
    kind, key = key_of(identifier)
    row = ListedIdentifierRow(
        id=ctx.new_id(PREFIXES[list_name]),
        list_name=list_name,
        identifier=identifier.strip(),
        identifier_key=key,
        identifier_type=kind,
        invitation_id=invitation_id,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    if not await queries.insert_identifier(ctx.db, row):
        return None
    made = ListedIdentifier(
        id=row.id,
        list_name=row.list_name,
        identifier=row.identifier,
        identifier_type=row.identifier_type,
        invitation_id=row.invitation_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
    ctx.announce(IdentifierListed(made))
    return made
