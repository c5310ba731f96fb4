"""What can be done with the lists of who may come in and who may not."""

from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.grants.tickets import signer
from charter.core.instances.origins import app_url
from charter.core.invitations import queries as invitation_queries
from charter.core.invitations.inviting import INVITING_ERRORS, invite, prepare
from charter.core.invitations.model import InvitationRevoked, NewInvitation
from charter.core.keys.lookup import instance_of
from charter.core.listed_identifiers import queries
from charter.core.listed_identifiers.listing import put
from charter.core.listed_identifiers.model import (
    IdentifierInvalid,
    IdentifierType,
    IdentifierUnlisted,
    ListedIdentifier,
    ListedIdentifierExists,
    ListedIdentifierNotFound,
    ListName,
)
from charter.core.listed_identifiers.normal_form import ANYBODY, key_of
from charter.core.messages.queueing import queue
from charter.core.phone_numbers.countries import is_blocked
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("listed_identifiers.search", permission=Permission.INSTANCE_READ, writes=False)
async def search(ctx: Context, list_name: ListName, search: Search) -> Found[ListedIdentifier]:
    """List who may come in, or who may not, newest first.

    Source: Clerk BAPI 2025-11-10, ListAllowlistIdentifiers, ListBlocklistIdentifiers.
    """
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, search, list_name=list_name.value)


@operation(
    "listed_identifiers.allow",
    permission=Permission.INSTANCE_MANAGE,
    raises=(*INVITING_ERRORS, IdentifierInvalid, ListedIdentifierExists),
)
async def allow(ctx: Context, identifier: str, notify: bool | None = None) -> ListedIdentifier:
    """List somebody who may come in; it has an effect where the settings ask for the list.

    identifier: an address, a number, a wallet, or `*@` and a domain.
    notify: whether an address is invited, and a number told by text message; False where it is
        left out, and for whom nothing can be sent to.
    Raises: IdentifierInvalid; ListedIdentifierExists; EmailAddressTaken and InvitationExists, for
        an address that is to be invited.
    Announces: IdentifierListed, and InvitationCreated.
    Source: Clerk BAPI 2025-11-10, CreateAllowlistIdentifier.
    """
    await ctx.allow()
    kind, key = key_of(identifier)
    if not notify or kind is IdentifierType.WEB3_WALLET or key.startswith(ANYBODY):
        return await _listed(ctx, ListName.ALLOW, identifier)
    if kind is IdentifierType.PHONE_NUMBER:
        instance = await instance_of(ctx)
        made = await _listed(ctx, ListName.ALLOW, identifier)
        if not is_blocked(instance, key):
            address = app_url(instance, ctx.platform.addresses)
            await queue(ctx, "sms_invitation", key, action_url=address)
        return made
    # Before the first statement: with a connection held, a second one could starve the pool.
    signing = await signer(ctx)
    new = NewInvitation(identifier.strip(), notify=True)
    row = await prepare(ctx, new)
    made = await _listed(ctx, ListName.ALLOW, identifier, invitation_id=row.id)
    await invite(ctx, signing, row, new, may_have_user=False)
    return made


@operation(
    "listed_identifiers.block",
    permission=Permission.INSTANCE_MANAGE,
    raises=(IdentifierInvalid, ListedIdentifierExists),
)
async def block(ctx: Context, identifier: str) -> ListedIdentifier:
    """List somebody who may not come in; it has an effect where the settings ask for the list.

    Sessions that have begun go on.
    identifier: an address, a number, a wallet, or `*@` and a domain.
    Raises: IdentifierInvalid; ListedIdentifierExists.
    Announces: IdentifierListed.
    Source: Clerk BAPI 2025-11-10, CreateBlocklistIdentifier.
    """
    await ctx.allow()
    return await _listed(ctx, ListName.BLOCK, identifier)


@operation(
    "listed_identifiers.delete",
    permission=Permission.INSTANCE_MANAGE,
    raises=(ListedIdentifierNotFound,),
)
async def delete(ctx: Context, list_name: ListName, identifier_id: str) -> ListedIdentifier:
    """Take somebody off a list, and the invitation back that came with it, if it is pending.

    Returns: it as it was.
    Raises: ListedIdentifierNotFound.
    Announces: IdentifierUnlisted, and InvitationRevoked.
    Source: Clerk BAPI 2025-11-10, DeleteAllowlistIdentifier, DeleteBlocklistIdentifier.
    """
    await ctx.allow()
    before = await queries.delete_identifier(ctx.db, list_name, identifier_id)
    if before.invitation_id is not None:
        revoked = await invitation_queries.revoke_invitation(ctx.db, before.invitation_id, ctx.now)
        if revoked is not None:
            await granting.revoke(ctx, Purpose.INVITATION, revoked.id)
            ctx.announce(InvitationRevoked(revoked))
    ctx.announce(IdentifierUnlisted(before=before))
    return before


async def _listed(
    ctx: Context, list_name: ListName, identifier: str, *, invitation_id: str | None = None
) -> ListedIdentifier:
    made = await put(ctx, list_name, identifier, invitation_id=invitation_id)
    if made is None:
        raise ListedIdentifierExists
    return made
