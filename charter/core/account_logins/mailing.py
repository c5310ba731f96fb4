"""Mails links that sign in, lead to a new password, or prove an address.

Whoever asks is answered before anybody is looked for: a job does that, so that neither the answer
nor the time it takes tells whether an address is somebody's.
"""

import json
from contextlib import suppress
from urllib.parse import urlencode

from charter.core.account_logins import methods
from charter.core.account_logins.admitting import checked_redirect, client_of, limited
from charter.core.account_logins.linking import issue
from charter.core.account_logins.model import CLIENT_ERRORS, LIFETIMES, LinkKind
from charter.core.email_addresses.model import EmailAddress
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants.links import with_parameters
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.messages.queueing import queue
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations.account_ids import shown
from charter.core.sign_ins.queries import BY_EMAIL_ADDRESS
from charter.core.users.model import User, UserNotFound
from charter.core.users.queries import get_user
from charter.core.verification import TooManyCodes
from charter.core.vocabulary import Permission
from charter.kernel import jobs
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

MAIL = "account_logins.mail"
SEALED_AS = "account_logins:mail"
LONGEST_ADDRESS = 320
KINDS = {
    LinkKind.SIGN_IN: "account_sign_in_link",
    LinkKind.RESET: "account_reset_link",
    LinkKind.PROVE: "account_proof_link",
}
"""The kind of message that a link is mailed in."""
PAGES = {
    LinkKind.SIGN_IN: "sign-in-with-token",
    LinkKind.RESET: "reset-password",
    LinkKind.PROVE: "verify",
}
"""The page of ours that a link leads to where its client has none; opening it uses nothing."""


@operation("account_logins.send_sign_in_link", permission=Permission.PUBLIC, raises=CLIENT_ERRORS)
async def send_sign_in_link(
    ctx: Context,
    email_address: str,
    client_id: str | None = None,
    redirect_uri: str | None = None,
) -> None:
    """Have a link mailed that signs in, if the address is somebody's; it works once.

    redirect_uri: where it leads, one of the client's own; its first where none is named.
    Raises: CLIENT_ERRORS; InvalidInput; TooManyAttempts.
    Source: Accounts API, POST /auth/send-magic-link.
    """
    await _asked(ctx, LinkKind.SIGN_IN, email_address, client_id, redirect_uri)


@operation("account_logins.send_reset_link", permission=Permission.PUBLIC, raises=CLIENT_ERRORS)
async def send_reset_link(
    ctx: Context,
    email_address: str,
    client_id: str | None = None,
    redirect_uri: str | None = None,
) -> None:
    """Have a link to a new password mailed, if somebody has proven the address.

    Raises: as `send_sign_in_link`.
    Source: Accounts API, POST /auth/send-password-reset.
    """
    await _asked(ctx, LinkKind.RESET, email_address, client_id, redirect_uri)


async def _asked(
    ctx: Context, kind: LinkKind, email: str, client_id: str | None, redirect_uri: str | None
) -> None:
    await ctx.allow()
    instance = await instance_of(ctx)
    client = await client_of(ctx, client_id)
    await limited(ctx, instance, email)
    url = checked_redirect(client, redirect_uri)
    if len(email) <= LONGEST_ADDRESS:
        mail_later(ctx, kind, client, email, url=url)


def mail_later(
    ctx: Context,
    kind: LinkKind,
    client: OauthApplication,
    email: str,
    *,
    user_id: str | None = None,
    url: str | None = None,
) -> None:
    """Have a link mailed once the operation is done. user_id: whose address it is, if known."""
    told = {
        "kind": kind.value,
        "email": email,
        "client_id": client.id,
        "user_id": user_id,
        "url": url or checked_redirect(client, None),
        "requested_from": ctx.request.address,
    }
    # Who waits for a link is nobody's to read in the queue.
    sealed = ctx.platform.vault.seal(json.dumps(told).encode(), SEALED_AS)
    ctx.defer(MAIL, {"sealed": sealed.hex()})


@operation("account_logins.mail", permission=Permission.USERS_MANAGE)
async def mail(ctx: Context, sealed: str) -> None:
    """Mail a link that was asked for, if there is somebody to mail it to.

    sealed: what was asked for.
    """
    await ctx.allow()
    told = json.loads(ctx.platform.vault.open(bytes.fromhex(sealed), SEALED_AS))
    instance = await instance_of(ctx)
    kind = LinkKind(told["kind"])
    found = await _reader(ctx, instance, kind, told)
    if found is None:
        return
    user, address = found
    with suppress(TooManyCodes):
        token = await issue(ctx, kind, told["client_id"], user.id, address)
        await queue(
            ctx,
            KINDS[kind],
            address.address,
            locale=user.locale,
            action_url=_url(ctx, kind, told["client_id"], told["url"], token),
            expires_in_minutes=int(LIFETIMES[kind].total_seconds() // 60),
            requested_from=told["requested_from"],
        )


async def _reader(
    ctx: Context, instance: Instance, kind: LinkKind, told: dict[str, str | None]
) -> tuple[User, EmailAddress] | None:
    """Whom a link goes to, and where; None where it would open nothing."""
    try:
        key = address_key(told["email"] or "")
    except DomainError:
        return None
    if told["user_id"] is not None:
        with suppress(UserNotFound):
            return _address_of(await get_user(ctx.db, told["user_id"]), key, is_proven=False)
        return None
    is_open = methods.by_link if kind is LinkKind.SIGN_IN else methods.by_password
    user = await ctx.db.find(BY_EMAIL_ADDRESS, value=key)
    if user is None or user.is_banned or not is_open(instance):
        return None
    return _address_of(user, key, is_proven=kind is LinkKind.RESET)


def _address_of(user: User, key: str, *, is_proven: bool) -> tuple[User, EmailAddress] | None:
    """A user with their address. is_proven: whether it has to be."""
    for each in user.email_addresses:
        if each.address_key == key and (each.is_verified or not is_proven):
            return user, each
    return None


def _url(ctx: Context, kind: LinkKind, client_id: str, url: str | None, token: str) -> str:
    """Where a link leads: the client's page, or this server's, with the token."""
    if url is not None:
        return with_parameters(url, {"token": token, "token_type": kind.value})
    query = urlencode({"client_id": shown(client_id), "token": token})
    return f"{ctx.platform.addresses.api_url}/accounts/auth-pages/{PAGES[kind]}?{query}"


async def mail_now(platform: Platform, job: jobs.ClaimedJob) -> None:
    """Do the job that `mail_later` asked for."""
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    await run(platform, actor, mail, arguments=job.payload)
