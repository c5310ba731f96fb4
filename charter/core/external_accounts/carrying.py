"""Carries an identity that was proven elsewhere from one flow to the next, its tokens sealed."""

import base64
from dataclasses import fields
from datetime import datetime
from typing import Any

from charter.core.identity_providers.model import OutsideIdentity
from charter.kernel.operation import Context
from charter.kernel.secrets import SealRefused

TOKENS = ("access_token", "refresh_token")


def packed(ctx: Context, strategy: str, identity: OutsideIdentity) -> dict[str, Any]:
    """An identity as facts of a grant or of a sign-up."""
    facts: dict[str, Any] = {"strategy": strategy}
    for field in fields(identity):
        value = getattr(identity, field.name)
        if field.name in TOKENS and value is not None:
            sealed = ctx.platform.vault.seal(value.encode(), _context(strategy, identity.subject))
            value = base64.b64encode(sealed).decode()
        facts[field.name] = value.isoformat() if isinstance(value, datetime) else value
    return facts


def unpacked(ctx: Context, facts: dict[str, Any]) -> tuple[str, OutsideIdentity]:
    """The strategy and the identity of such facts.

    Tokens whose key is gone meanwhile are left out: they are not what proves anything.
    """
    strategy = str(facts["strategy"])
    values = {name: value for name, value in facts.items() if name != "strategy"}
    for name in TOKENS:
        values[name] = _opened(ctx, values[name], _context(strategy, values["subject"]))
    if values["token_expires_at"] is not None:
        values["token_expires_at"] = datetime.fromisoformat(values["token_expires_at"])
    return strategy, OutsideIdentity(**values)


def _opened(ctx: Context, sealed: str | None, context: str) -> str | None:
    if sealed is None:
        return None
    try:
        return ctx.platform.vault.open(base64.b64decode(sealed), context).decode()
    except SealRefused:
        return None


def _context(strategy: str, subject: str) -> str:
    return f"outside_identity:{strategy}:{subject}"
