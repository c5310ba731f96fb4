"""Hands a provider's answer to the app on a phone that asked.

The phone's browser brings the answer, and has no cookie of the app's client. What it brings waits
under a nonce that goes to the app's own address: nothing is done before the client that asked shows
it, so an answer that somebody else was lured into goes on nowhere.
Source: RFC 8252, section 8.1; RFC 9700, section 4.7.
"""

import base64
from dataclasses import replace

import msgspec

from charter.core.external_accounts.model import CallbackInvalid
from charter.core.external_accounts.outcome import Returned
from charter.core.grants import granting
from charter.core.grants.links import with_parameters
from charter.core.grants.model import Grant, Purpose
from charter.core.identity_providers.speaking import LIFETIME
from charter.kernel.operation import Context
from charter.kernel.secrets import SealRefused

NONCE = "rotating_token_nonce"


class Said(msgspec.Struct, frozen=True):
    """What a provider said. error: as in RFC 6749, section 4.1.2.1. person: Apple's JSON."""

    code: str | None
    error: str | None
    person: str | None


async def kept_for_app(ctx: Context, asked: Grant, said: Said) -> Returned:
    """Keep an answer, sealed, for the app that asked; the browser goes to the app's address."""
    sealed = ctx.platform.vault.seal(msgspec.json.encode(said), _context(asked.subject_id))
    issued = await granting.issue(
        ctx,
        Purpose.OAUTH_ANSWER,
        asked.subject_id,
        expires_at=ctx.now + LIFETIME,
        client_id=asked.facts["native_client_id"],
        facts={
            **asked.facts,
            "asked_by": asked.id,
            "said": base64.b64encode(sealed).decode(),
        },
    )
    return Returned(with_parameters(str(asked.facts["return_url"]), {NONCE: issued.secret}))


def opened(ctx: Context, kept: Grant) -> tuple[Grant, Said]:
    """The question that was asked, and the answer that was kept. Raises: CallbackInvalid."""
    sealed = base64.b64decode(str(kept.facts["said"]))
    try:
        read = ctx.platform.vault.open(sealed, _context(kept.subject_id))
    except SealRefused as gone:
        raise CallbackInvalid(NONCE) from gone
    asked = replace(kept, id=str(kept.facts["asked_by"]), purpose=Purpose.OAUTH_STATE)
    return asked, msgspec.json.decode(read, type=Said)


def _context(flow_id: str) -> str:
    return f"{Purpose.OAUTH_ANSWER.value}:{flow_id}"
