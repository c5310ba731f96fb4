"""Makes the seeds of authenticator apps and recovery codes."""

import base64
import re
import secrets

import pyotp

from charter.core.instances.model import Instance
from charter.core.passwords import hashers
from charter.core.second_factors.model import BackupCode, TotpSecret
from charter.core.users.model import User
from charter.kernel.operation import Context

SEED_BYTES = 20
CODES = 10
SELECTOR_LENGTH = 2
CODE_LENGTH = 12
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another: ten of them hold 49 bits."""
BCRYPT = re.compile(r"\$2[aby]\$")


def new_totp(ctx: Context, user_id: str) -> tuple[TotpSecret, str]:
    """A seed that nothing has come from yet, sealed, and its text in base32."""
    seed = secrets.token_bytes(SEED_BYTES)
    sealed = ctx.platform.vault.seal(seed, f"totp_secret:{user_id}")
    return TotpSecret(user_id, sealed, ctx.now, is_verified=False), base64.b32encode(seed).decode()


def uri_of(instance: Instance, user: User, text: str) -> str:
    """What an authenticator app reads off a page: `otpauth://totp/…`."""
    name = user.identifier or user.id
    return pyotp.TOTP(text, name=name, issuer=instance.application_name).provisioning_uri()


def totp_of(ctx: Context, secret: TotpSecret) -> pyotp.TOTP:
    """What computes the codes of a seed: SHA-1, 6 digits, 30 seconds."""
    seed = ctx.platform.vault.open(secret.sealed_secret, f"totp_secret:{secret.user_id}")
    return pyotp.TOTP(base64.b32encode(seed).decode())


async def new_backup_codes(ctx: Context, user_id: str) -> tuple[tuple[str, ...], list[BackupCode]]:
    """Recovery codes as they are shown once, and as they are kept; it hashes.

    A code begins with characters of its own, so that trying one costs one slow hash.
    """
    selectors: set[str] = set()
    while len(selectors) < CODES:
        selectors.add(_text(SELECTOR_LENGTH))
    codes = [selector + _text(CODE_LENGTH - SELECTOR_LENGTH) for selector in sorted(selectors)]
    work = ctx.work
    digests = [await work.run(hashers.hash_new, code) for code in codes]
    rows = [
        BackupCode(ctx.new_id("bcode_"), user_id, digest, ctx.now, code[:SELECTOR_LENGTH])
        for code, digest in zip(codes, digests, strict=True)
    ]
    return tuple(codes), rows


def plain_code(typed: str) -> str:
    """A recovery code as it was made, from how somebody typed it."""
    return re.sub(r"[\s-]", "", typed).lower()


def _text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
