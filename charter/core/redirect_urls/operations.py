"""What can be done with redirect URLs."""

from charter.core.keys.lookup import instance_of, lookup
from charter.core.redirect_urls import queries
from charter.core.redirect_urls.model import (
    MOST,
    RedirectUrl,
    RedirectUrlCreated,
    RedirectUrlDeleted,
    RedirectUrlExists,
    RedirectUrlInvalid,
    RedirectUrlLimitReached,
    RedirectUrlNotFound,
    RedirectUrlRow,
)
from charter.core.redirect_urls.normal_form import checked_redirect_url
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("redirect_urls.search", permission=Permission.INSTANCE_READ, writes=False)
async def search(ctx: Context, search: Search) -> Found[RedirectUrl]:
    """List the redirect URLs, newest first.

    Source: Clerk BAPI 2025-11-10, ListRedirectURLs.
    """
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, search)


@operation(
    "redirect_urls.get",
    permission=Permission.INSTANCE_READ,
    raises=(RedirectUrlNotFound,),
    writes=False,
)
async def get(ctx: Context, redirect_url_id: str) -> RedirectUrl:
    """Read a redirect URL.

    Raises: RedirectUrlNotFound.
    Source: Clerk BAPI 2025-11-10, GetRedirectURL.
    """
    await ctx.allow()
    return await queries.get_redirect_url(ctx.db, redirect_url_id)


@operation(
    "redirect_urls.create",
    permission=Permission.INSTANCE_MANAGE,
    raises=(RedirectUrlExists, RedirectUrlInvalid, RedirectUrlLimitReached),
)
async def create(ctx: Context, url: str) -> RedirectUrl:
    """Let people be sent back to one address outside the instance's sites.

    It is compared whole, as browsers read it: with another query it is another address. An app on
    a phone is such an address. Handshakes, which carry sessions, still end within the sites alone.
    url: `https://…` or an app's own scheme, at most 2048 characters; `http://…` in development.
    Raises: RedirectUrlInvalid; RedirectUrlExists; RedirectUrlLimitReached, from 200 on.
    Announces: RedirectUrlCreated.
    Source: Clerk BAPI 2025-11-10, CreateRedirectURL.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    href = checked_redirect_url(url, may_be_plain=instance.is_development)
    row = RedirectUrlRow(ctx.new_id("ru_"), url, href, ctx.now, ctx.now)
    if await queries.lock_count(ctx.db) >= MOST:
        raise RedirectUrlLimitReached("url", limit=MOST)
    if not await queries.insert_redirect_url(ctx.db, row):
        raise RedirectUrlExists
    made = RedirectUrl(row.id, row.url, row.created_at, row.updated_at)
    ctx.announce(RedirectUrlCreated(made))
    lookup(ctx.platform).forget()
    return made


@operation(
    "redirect_urls.delete",
    permission=Permission.INSTANCE_MANAGE,
    raises=(RedirectUrlNotFound,),
)
async def delete(ctx: Context, redirect_url_id: str) -> RedirectUrl:
    """Send nobody back to an address any more. Who is under way still arrives.

    Returns: it as it was.
    Raises: RedirectUrlNotFound.
    Announces: RedirectUrlDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteRedirectURL.
    """
    await ctx.allow()
    before = await queries.delete_redirect_url(ctx.db, redirect_url_id)
    ctx.announce(RedirectUrlDeleted(before=before))
    lookup(ctx.platform).forget()
    return before
