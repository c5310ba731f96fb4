"""Knows an OAuth application again by its secret, or by its name where it can keep none."""

import hmac

from charter.core.oauth_applications import queries
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations.model import OauthClientInvalid
from charter.kernel.operation import Context
from charter.kernel.secrets import digest


async def known(ctx: Context, client_id: str | None, secret: str | None) -> OauthApplication:
    """The application that asks, read before any transaction.

    A public one names itself alone; what it asks for is then bound to more than its name.
    Raises: OauthClientInvalid, also for a secret from an application that has none.
    Source: RFC 6749, section 2.3; RFC 9700, section 2.5.
    """
    if not client_id or "\x00" in client_id:
        raise OauthClientInvalid("client_id")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await queries.find_by_client_id(reading, client_id)
    kept = await queries.find_secret(reading, client_id)
    if found is not None and found.is_public:
        if secret:
            raise OauthClientInvalid("client_secret")
        return found
    # Compared even where there is nothing to compare with, so that time tells nothing.
    expected = kept.secret_digest if kept is not None and kept.secret_digest else bytes(32)
    is_right = hmac.compare_digest(expected, digest(secret or ""))
    if found is None or not is_right or not secret:
        raise OauthClientInvalid("client_id")
    return found
