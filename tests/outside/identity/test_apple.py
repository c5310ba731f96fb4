"""Apple's secret, which is a key that signs one."""

import json
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from charter.core.identity_providers.model import TokenExchangeFailed
from charter.outside.identity.apple import signed_secret

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = ECKey.generate_key("P-256")


def test_a_secret_is_signed_for_a_few_minutes():
    pem = KEY.as_pem(private=True).decode()
    given = json.dumps({"team_id": "TEAM", "key_id": "KEY", "private_key": pem})
    token = jwt.decode(signed_secret(given, "com.acme.web", NOW), KEY, algorithms=["ES256"])
    now = int(NOW.timestamp())
    assert (token.header["alg"], token.header["kid"]) == ("ES256", "KEY")
    assert token.claims == {
        "iss": "TEAM",
        "iat": now,
        "exp": now + 300,
        "aud": "https://appleid.apple.com",
        "sub": "com.acme.web",
    }


@pytest.mark.parametrize(
    "given", ["text", "{}", '{"team_id": "T", "key_id": "K", "private_key": "no key"}']
)
def test_what_is_no_key_signs_nothing(given):
    with pytest.raises(TokenExchangeFailed):
        signed_secret(given, "com.acme.web", NOW)
