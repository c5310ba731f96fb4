"""Trades a person's token for one that may less. Source: RFC 8693."""

import re

from charter.core.account_tokens.deriving import derive_for
from charter.core.account_tokens.model import ACCESS_TYPE, Asked, AudienceNotAllowed, Given
from charter.core.bearing import account_token_actor, read_account_token
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations.account_ids import own
from charter.core.oauth_authorizations.account_minting import MOUNT
from charter.core.oauth_authorizations.model import OauthGrantInvalid, OauthRequestInvalid
from charter.kernel.errors import NotFound, NotPermitted, Unauthenticated
from charter.kernel.operation import Context

ACCOUNT = re.compile(r"(?P<base>.*)/api/accounts/(?P<account>acc_[0-9A-Za-z]{1,64})")


async def by_token(ctx: Context, client: OauthApplication, asked: Asked) -> Given:
    """A token for one account, in trade for a login token that was given to the same client.

    resource: the address of the account at this API; left out it is that of the subject token.
    Raises: OauthRequestInvalid; OauthGrantInvalid, for a subject token that does not hold, is
        another client's or was traded for before; AudienceNotAllowed, also for an account that the
        person is not in; and those of `derive`.
    """
    _check_asked(asked)
    try:
        read = await read_account_token(ctx.platform, asked.subject_token or "")
        actor = await account_token_actor(ctx.platform, asked.subject_token or "")
    except (Unauthenticated, NotPermitted) as refused:
        raise OauthGrantInvalid("subject_token") from refused
    is_own = actor.instance_id == ctx.actor.instance_id and read.access.client_id == client.id
    if not is_own or actor.user_id is None or read.access.is_derived:
        raise OauthGrantInvalid("subject_token")
    organization_id = _account_of(ctx, asked.resource) or read.organization_id
    if organization_id is None:
        raise AudienceNotAllowed("resource")
    try:
        made = await derive_for(ctx, actor, organization_id, asked.audience, asked.scope)
    except NotFound as strange:
        raise AudienceNotAllowed("resource") from strange
    return Given(
        access_token=made.access_token,
        expires_in_seconds=made.expires_in_seconds,
        scopes=made.scopes,
        issued_token_type=ACCESS_TYPE,
    )


def audience_of(client: OauthApplication, asked: Asked) -> tuple[str, ...] | None:
    """Whom a token is asked to be for; None for the client's own. Raises: AudienceNotAllowed."""
    if asked.audience is None:
        return None
    if asked.audience not in (client.audience, *client.allowed_audiences):
        raise AudienceNotAllowed("audience")
    return (asked.audience,)


def _check_asked(asked: Asked) -> None:
    if not asked.subject_token:
        raise OauthRequestInvalid("subject_token", reason="subject_token is required")
    if asked.subject_token_type != ACCESS_TYPE:
        reason = f"subject_token_type must be {ACCESS_TYPE}"
        raise OauthRequestInvalid("subject_token_type", reason=reason)
    if asked.requested_token_type not in (None, ACCESS_TYPE):
        reason = f"requested_token_type must be {ACCESS_TYPE}"
        raise OauthRequestInvalid("requested_token_type", reason=reason)
    if asked.actor_token is not None:
        raise OauthRequestInvalid("actor_token", reason="nobody acts for somebody else here")


def _account_of(ctx: Context, resource: str | None) -> str | None:
    """The account whose address a resource is. Raises: AudienceNotAllowed, for any other."""
    if resource is None:
        return None
    found = ACCOUNT.fullmatch(resource)
    if found is None or found["base"] != ctx.platform.addresses.api_url + MOUNT:
        raise AudienceNotAllowed("resource")
    return own(found["account"], "org_")
