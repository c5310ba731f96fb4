"""Signs what is posted, so that an endpoint knows it as ours. Source: Standard Webhooks 1.0."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from charter.core.webhooks.model import SECRET_BYTES, SECRET_PREFIX, WebhookSecretRow
from charter.core.webhooks.queries import SealedSecret
from charter.kernel.operation import Context
from charter.kernel.platform import Platform

SEALED_AS = "webhook_secret:{id}"
NAMES = ("svix", "webhook")
"""What the headers begin with: the names of the first publisher, and those of the standard."""


def new_webhook_secret(ctx: Context, endpoint_id: str) -> tuple[str, WebhookSecretRow]:
    """A secret, and the row that keeps it."""
    key = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    secret, secret_id = SECRET_PREFIX + key, ctx.new_id("epsec_")
    return secret, WebhookSecretRow(
        id=secret_id,
        endpoint_id=endpoint_id,
        sealed_secret=ctx.platform.vault.seal(secret.encode(), SEALED_AS.format(id=secret_id)),
        created_at=ctx.now,
        expires_at=None,
    )


def opened_secret(platform: Platform, kept: SealedSecret) -> str:
    """A secret, as its endpoint has it."""
    return platform.vault.open(kept.sealed_secret, SEALED_AS.format(id=kept.id)).decode()


def key_of(secret: str) -> bytes:
    """The key that a secret stands for."""
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX))


def signed_headers(
    keys: Iterable[bytes], message_id: str, body: bytes, now: datetime
) -> dict[str, str]:
    """The headers that a message is posted with: its id, the moment, a signature of each key."""
    seconds = int(now.timestamp())
    content = f"{message_id}.{seconds}.".encode() + body
    signatures = " ".join(
        "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys
    )
    values = {"id": message_id, "timestamp": str(seconds), "signature": signatures}
    return {f"{name}-{part}": value for name in NAMES for part, value in values.items()}
