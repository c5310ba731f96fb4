"""Makes keys; shared by the operations that make an instance and those that rotate."""

from charter.core.keys.model import SecretKey, SigningKeyRow, SigningKeyState
from charter.kernel.operation import Context
from charter.kernel.secrets import digest, new_secret
from charter.kernel.tokens import ALGORITHM


def secret_key(ctx: Context, mark: str, name: str) -> tuple[SecretKey, str]:
    """A new secret key and its secret; only a test key's is kept, sealed, to be shown again."""
    secret = new_secret(f"sk_{mark}_")
    key_id = ctx.new_id("sk_")
    sealed = None
    if mark == "test":
        sealed = ctx.platform.vault.seal(secret.encode(), f"secret_key:{key_id}")
    row = SecretKey(
        id=key_id,
        name=name,
        digest=digest(secret),
        sealed_secret=sealed,
        last_four=secret[-4:],
        created_at=ctx.now,
        expires_at=None,
        revoked_at=None,
    )
    return row, secret


async def signing_key(ctx: Context, kid: str, state: SigningKeyState) -> SigningKeyRow:
    """A new RSA key, made off the event loop; its private half sealed."""
    key = await ctx.work.run(ctx.platform.new_signing_key, kid)
    return SigningKeyRow(
        id=kid,
        state=state,
        algorithm=ALGORITHM,
        public_pem=key.public_pem(),
        sealed_private_pem=ctx.platform.vault.seal(key.to_pem().encode(), f"signing_key:{kid}"),
        created_at=ctx.now,
        retires_at=None,
        tokens_until=None,
    )
