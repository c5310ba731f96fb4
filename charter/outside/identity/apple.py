"""Apple's secret: not a text that is shown, but a key that signs one for a few minutes.

What an operator gives is JSON: `team_id`, `key_id`, and `private_key`, the PEM of the key.
Source: Sign in with Apple, "Creating a client secret".
"""

from datetime import datetime

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from charter.core.identity_providers.model import TokenExchangeFailed

AUDIENCE = "https://appleid.apple.com"
LIFETIME_SECONDS = 300


class _Key(msgspec.Struct):
    team_id: str
    key_id: str
    private_key: str


def signed_secret(given: str, client_id: str, at: datetime) -> str:
    """A secret for this moment. Raises: TokenExchangeFailed, for what is no such key."""
    now = int(at.timestamp())
    try:
        known = msgspec.json.decode(given, type=_Key)
        claims = {
            "iss": known.team_id,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "aud": AUDIENCE,
            "sub": client_id,
        }
        key = ECKey.import_key(known.private_key)
        return jwt.encode({"alg": "ES256", "kid": known.key_id}, claims, key)
    except (msgspec.MsgspecError, JoseError, ValueError, TypeError) as mistake:
        raise TokenExchangeFailed(reason="secret") from mistake
