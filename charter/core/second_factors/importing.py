"""Second factors that an app's server brings along from another system."""

import base64
import binascii
from collections.abc import Sequence

from charter.core.passwords import hashers
from charter.core.second_factors.model import BackupCode, TotpSecret, TotpSecretInvalid
from charter.core.second_factors.seeds import BCRYPT
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context

MAXIMUM_CODES = 20
"""Each costs a slow hash."""
_CODE_LENGTH = range(6, 73)
_SECRET_BYTES = range(10, 129)


def totp_secret(ctx: Context, user_id: str, secret: str) -> TotpSecret:
    """The seed, sealed for its user.

    secret: base32, with or without padding, in any case; SHA-1, 6 digits, 30 seconds.
    Raises: TotpSecretInvalid.
    """
    text = secret.strip().replace(" ", "").upper().rstrip("=")
    try:
        seed = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise TotpSecretInvalid("totp_secret") from None
    if len(seed) not in _SECRET_BYTES:
        raise TotpSecretInvalid("totp_secret")
    sealed = ctx.platform.vault.seal(seed, f"totp_secret:{user_id}")
    return TotpSecret(user_id, sealed, ctx.now)


async def backup_codes(ctx: Context, user_id: str, codes: Sequence[str]) -> tuple[BackupCode, ...]:
    """The codes as slow hashes. One that is a bcrypt digest already is kept as it is.

    Raises: InvalidInput, for more than MAXIMUM_CODES or a code of another length than 6 to 72;
        PasswordDigestInvalid, for a digest that could never be checked.
    """
    if len(codes) > MAXIMUM_CODES:
        raise InvalidInput("backup_codes", reason=f"it takes at most {MAXIMUM_CODES} codes")
    made = []
    for code in codes:
        if len(code) not in _CODE_LENGTH:
            raise InvalidInput("backup_codes", reason="each code must have 6 to 72 characters")
        if BCRYPT.match(code):
            hashers.check_digest("bcrypt", code)
            code_digest = code
        else:
            code_digest = await ctx.work.run(hashers.hash_new, code)
        made.append(BackupCode(ctx.new_id("bcode_"), user_id, code_digest, ctx.now))
    return tuple(made)
