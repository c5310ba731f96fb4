"""Sends browsers to a provider, and knows their answers again: state, nonce and PKCE.

Source: RFC 6749, RFC 7636, RFC 9700; OpenID Connect Core 1.0.
"""

import base64
import hashlib
import secrets
from collections.abc import Container
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from charter.core.checks.model import Check, CheckStatus, StrategyNotAllowed
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.links import ReturnUrlNotAllowed, checked_return_url
from charter.core.grants.model import Grant, Purpose
from charter.core.identity_providers import queries
from charter.core.identity_providers.model import (
    PREFIX,
    Answered,
    Connection,
    IdentityProviderRow,
)
from charter.core.instances.model import Instance
from charter.core.instances.origins import frontend_base
from charter.core.instances.reaching import may_be_private
from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.operation import Context
from charter.kernel.platform import Addresses
from charter.kernel.secrets import digest

LIFETIME = timedelta(minutes=10)
"""How long somebody may take at the provider."""
SPEAKING_ERRORS = (StrategyNotAllowed, ReturnUrlNotAllowed)
"""What sending a browser away may raise."""
PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
MAX_HINT = 320
VERSION = "/v1"
CALLBACK = VERSION + "/oauth_callback"


class Flow(StrEnum):
    """What waits for a provider's answer."""

    SIGN_IN = auto()
    SIGN_UP = auto()
    LINK = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a flow asks a provider.

    flow_id: the sign-in, the sign-up, or the external account. user_id: who is signed in.
    redirect_url: where the browser comes back to; complete_url: where instead, once nothing is
    left to do. scopes: beside those that are always asked for.
    """

    flow: Flow
    flow_id: str
    strategy: str
    client_id: str
    redirect_url: str | None
    complete_url: str | None = None
    login_hint: str | None = None
    prompt: str | None = None
    scopes: tuple[str, ...] = ()
    user_id: str | None = None


class _Secrets(msgspec.Struct):
    """What a browser is sent away with. The state is kept as a digest alone."""

    state: str
    verifier: str
    nonce: str


class Strategies(Container[str]):
    """The strategies that lead to a provider by a redirect."""

    def __contains__(self, strategy: object) -> bool:
        """Whether a strategy is one of them; `oauth_token_…` is proven without a redirect."""
        text = strategy if isinstance(strategy, str) else ""
        return text.startswith(PREFIX) and not text.startswith("oauth_token_")


STRATEGIES = Strategies()


def seal_context(provider_id: str) -> str:
    """What our secret at a provider is bound to."""
    return f"identity_provider:{provider_id}"


def callback_url(addresses: Addresses, instance: Instance) -> str:
    """Where providers send browsers back to: the host that holds their cookie, a proxy's too."""
    return frontend_base(instance, addresses).removesuffix(VERSION) + CALLBACK


def connected(ctx: Context, instance: Instance, row: IdentityProviderRow) -> Connection:
    """A provider with our secret there, ready to be spoken to."""
    return Connection(
        provider=row,
        secret=ctx.platform.vault.open(row.sealed_secret, seal_context(row.id)).decode(),
        redirect_uri=callback_url(ctx.platform.addresses, instance),
        may_be_private=may_be_private(ctx.platform, instance),
    )


async def ask(ctx: Context, instance: Instance, question: Question) -> Check:
    """Send a browser to a provider, in place of whatever the flow waited for.

    Returns: the check, with the address to go to.
    Raises: StrategyNotAllowed, for a provider that the instance has not or has turned off;
        MissingInput; ReturnUrlNotAllowed; InvalidInput.
    """
    row = await queries.find_open(ctx.db, question.strategy)
    if row is None:
        raise StrategyNotAllowed
    return_url, complete_url = _ways_back(ctx, instance, question)
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    await granting.revoke(ctx, Purpose.OAUTH_STATE, question.flow_id)
    expires_at = ctx.now + LIFETIME
    issued = await granting.issue(
        ctx,
        Purpose.OAUTH_STATE,
        question.flow_id,
        expires_at=expires_at,
        # An app on a phone sends another program there, which is not known by the app's client.
        client_id=None if ctx.request.is_native else question.client_id,
        facts={
            "native_client_id": question.client_id if ctx.request.is_native else None,
            "flow": question.flow.value,
            "provider_id": row.id,
            "strategy": row.strategy,
            "user_id": question.user_id,
            "return_url": return_url,
            "complete_url": complete_url,
            "sealed": _sealed(ctx, question.flow_id, _Secrets("", verifier, nonce)),
        },
    )
    asked = _Secrets(issued.secret, verifier, nonce)
    url = _authorization_url(row, callback_url(ctx.platform.addresses, instance), question, asked)
    return Check(
        question.strategy,
        CheckStatus.UNVERIFIED,
        expires_at=expires_at,
        grant_id=issued.id,
        redirect_url=url,
        return_url=return_url,
        complete_url=complete_url,
    )


def _ways_back(ctx: Context, instance: Instance, question: Question) -> tuple[str, str | None]:
    """Where the browser comes back to, and where instead once nothing is left to do.

    Raises: MissingInput; ReturnUrlNotAllowed.
    """
    if not question.redirect_url:
        raise MissingInput("redirect_url", reason="it is required")
    addresses = ctx.platform.addresses
    return_url = checked_return_url(instance, addresses, question.redirect_url)
    if not question.complete_url:
        return return_url, None
    complete_url = checked_return_url(
        instance, addresses, question.complete_url, parameter="action_complete_redirect_url"
    )
    return return_url, complete_url


def _authorization_url(
    row: IdentityProviderRow, redirect_uri: str, question: Question, asked: _Secrets
) -> str:
    """The address at the provider, with all that its answer has to bring back."""
    description = row.description
    scopes = dict.fromkeys((*description.scopes, *row.scopes, *question.scopes))
    parameters = {
        **description.parameters,
        "response_type": "code",
        "client_id": row.client_id,
        "redirect_uri": redirect_uri,
        "state": asked.state,
    }
    if scopes:
        parameters["scope"] = " ".join(scopes)
    if description.has_pkce:
        challenge = hashlib.sha256(asked.verifier.encode()).digest()
        parameters["code_challenge"] = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        parameters["code_challenge_method"] = "S256"
    if description.jwks_url is not None:
        parameters["nonce"] = asked.nonce
    if question.login_hint:
        parameters["login_hint"] = question.login_hint[:MAX_HINT]
    if question.prompt:
        if not PROMPTS.issuperset(question.prompt.split()):
            raise InvalidInput("oidc_prompt", reason=f"it is made of {', '.join(sorted(PROMPTS))}")
        parameters["prompt"] = question.prompt
    parts = urlsplit(description.authorize_url)
    carried = urlencode(parameters)
    query = f"{parts.query}&{carried}" if parts.query else carried
    return parts._replace(query=query).geturl()


async def spend(ctx: Context, purpose: Purpose, secret: str, client_id: str | None) -> Grant | None:
    """What this browser waited for, spent; None when it is nothing it waits for now.

    purpose: OAUTH_STATE, or OAUTH_ANSWER.
    Spent in a transaction of its own and before anybody is asked: an answer counts once, whatever
    becomes of it. It takes a connection, so it comes before the operation's first statement.
    """
    db = ctx.platform.database.writing(ctx.actor.instance_id)
    is_done = False
    try:
        grant = await grant_queries.spend_by_secret(db, purpose, digest(secret), client_id, ctx.now)
        is_done = True
    finally:
        await db.end(commit=is_done)
    return grant


def answered(ctx: Context, grant: Grant, code: str, person: str | None) -> Answered:
    """A provider's answer, with what it was asked with."""
    sealed = base64.b64decode(str(grant.facts["sealed"]))
    opened = ctx.platform.vault.open(sealed, _context(grant.subject_id))
    known = msgspec.json.decode(opened, type=_Secrets)
    return Answered(code, known.verifier, known.nonce, ctx.now, person)


def _sealed(ctx: Context, flow_id: str, value: Any) -> str:
    sealed = ctx.platform.vault.seal(msgspec.json.encode(value), _context(flow_id))
    return base64.b64encode(sealed).decode()


def _context(flow_id: str) -> str:
    return f"{Purpose.OAUTH_STATE.value}:{flow_id}"
