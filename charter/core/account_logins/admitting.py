"""Decides at which client, from which page, and how often somebody may try to sign in."""

from datetime import timedelta

from charter.core.account_logins.model import (
    LoginClientNotAllowed,
    LoginClientUnknown,
    LoginOriginRefused,
)
from charter.core.email_addresses.normal_form import address_key
from charter.core.instances.model import Instance
from charter.core.instances.origins import origin_of
from charter.core.limits.limiting import Limit, limit, limit_subject
from charter.core.oauth_applications import queries as applications
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationNotFound
from charter.kernel.errors import DomainError, InvalidInput, MissingInput
from charter.kernel.operation import Context

FROM_ADDRESS = Limit("account_logins", 10, timedelta(minutes=1))
"""Sign-ins, sign-ups and mails that are asked for from one address."""
FOR_EMAIL = Limit("account_logins_email", 5, timedelta(minutes=1))
"""The same for one email address, whether or not anybody has it."""
OTHERS = Limit("account_logins_others", 60, timedelta(minutes=1))
"""All else that anybody may ask from one address."""


async def client_of(ctx: Context, client_id: str | None) -> OauthApplication:
    """The client at which somebody signs in, read before any transaction.

    Raises: MissingInput; LoginClientUnknown; LoginClientNotAllowed; LoginOriginRefused.
    """
    if not client_id:
        raise MissingInput("client_id", reason="it is required")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    try:
        client = await applications.get_application(reading, client_id)
    except OauthApplicationNotFound as unknown:
        raise LoginClientUnknown from unknown
    # Who types a password into a program shows it all that the password opens: only one that
    # the app itself vouches for is shown it.
    if client.is_consent_screen_enabled or client.is_dynamically_registered:
        raise LoginClientNotAllowed
    check_origin(ctx, client)
    return client


def check_origin(ctx: Context, client: OauthApplication) -> None:
    """Refuse pages of other origins than the client's and this server's own.

    Raises: LoginOriginRefused.
    """
    origin = ctx.request.origin
    addresses = ctx.platform.addresses
    own = {origin_of(addresses.api_url), origin_of(addresses.frontend_url)}
    if origin is not None and origin not in own and origin not in client.allowed_origins:
        raise LoginOriginRefused


async def limited(ctx: Context, instance: Instance, email: str | None = None) -> None:
    """Count one more try from here, and for an address. Raises: TooManyAttempts."""
    await limit(ctx, instance, FROM_ADDRESS)
    if email is not None:
        await limit_subject(ctx, instance, FOR_EMAIL, key_of(email))


def key_of(email: str) -> str:
    """The form by which an address is compared; of what is none, its own text."""
    try:
        return address_key(email)
    except DomainError:
        return email.strip().lower()


def checked_redirect(client: OauthApplication, redirect_uri: str | None) -> str | None:
    """Where a mailed link leads: one of the client's own addresses, letter by letter.

    Returns: the one that was named, else the client's first; None for a client without any.
    Raises: InvalidInput.
    """
    if redirect_uri is None:
        return next(iter(client.redirect_uris), None)
    if redirect_uri not in client.redirect_uris:
        raise InvalidInput("redirect_uri", reason="it must be one of the client's, exactly")
    return redirect_uri
