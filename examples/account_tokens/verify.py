"""Checks access tokens of one client, without asking the server for each."""

import json
import time
import urllib.request

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

HOUR_SECONDS = 3600


class Verifier:
    """Checks tokens by the client's key set, which it keeps for an hour."""

    def __init__(self, jwks_url: str, issuer: str, audience: str) -> None:
        self.jwks_url = jwks_url
        self.wanted = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys = KeySet([])
        self._read_at = float("-inf")

    def claims(self, token: str) -> dict:
        """What a token says that holds. Raises: joserfc.errors.JoseError."""
        was_fresh = time.monotonic() - self._read_at < HOUR_SECONDS
        if not was_fresh:
            self._read()
        try:
            found = jwt.decode(token, self._keys, algorithms=["RS256"])
        except (ValueError, InvalidKeyIdError, BadSignatureError):
            if not was_fresh:
                raise
            # A key that came since: look once more, and no further.
            self._read()
            found = jwt.decode(token, self._keys, algorithms=["RS256"])
        if found.header.get("typ") != "at+jwt":
            raise JoseError("not an access token")
        self.wanted.validate(found.claims)
        return found.claims

    def _read(self) -> None:
        with urllib.request.urlopen(self.jwks_url, timeout=5) as answer:
            self._keys = KeySet.import_key_set(json.load(answer))
        self._read_at = time.monotonic()
