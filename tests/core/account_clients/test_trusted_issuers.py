"""Whom a client trusts to say who people are: by keys, by certificates, or both."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from charter.core.account_clients import operations as clients
from charter.core.account_clients.model import AccountClientPatch, NewAccountClient
from charter.kernel.errors import InvalidInput
from tests.logging_in import app_client
from tests.vouching import voucher

PUBLIC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
JWKS = {"keys": [PUBLIC_KEY]}


async def test_an_issuer_signs_by_certificates_by_keys_or_by_both(world):
    rsa, curve = voucher().pem, voucher("curve", is_curve=True).pem
    issuers = [
        {"issuer": "https://a.example", "certificates": [f"\n{rsa}\n", rsa, curve]},
        {"issuer": "https://b.example", "jwks": JWKS, "certificates": [curve]},
        {"issuer": "https://c.example", "jwks": JWKS},
    ]
    made = (await app_client(world, trusted_issuers=issuers)).application
    kept = [{**issuers[0], "certificates": [rsa, curve]}, *issuers[1:]]
    assert made.trusted_issuers == kept
    patch = AccountClientPatch(trusted_issuers=kept[:1])
    changed = await world.call(None, clients.update, client_id=made.id, patch=patch)
    assert changed.trusted_issuers == kept[:1]


@pytest.mark.parametrize(
    "given",
    [
        lambda: {"certificates": []},
        lambda: {"certificates": None},
        lambda: {"certificates": voucher().pem},
        lambda: {"certificates": [1]},
        lambda: {"certificates": ["MIIB"]},
        lambda: {"certificates": [voucher().pem + "\n" + voucher("two").pem]},
        lambda: {"certificates": [voucher("weak", bits=1024).pem]},
        lambda: {"certificates": [voucher("slow", bits=5120).pem]},
        lambda: {"certificates": [voucher("other", is_curve=True, curve=ec.BrainpoolP256R1()).pem]},
        lambda: {"certificates": [voucher().pem] * 9},
        lambda: {"certificates": [voucher().pem], "url": "https://a.example"},
        lambda: {"certificates": [voucher().pem], "jwks": None},
        dict,
    ],
)
async def test_what_cannot_be_trusted_is_refused(world, given):
    new = NewAccountClient(name="Web", trusted_issuers=[{"issuer": "a", **given()}])
    with pytest.raises(InvalidInput) as refused:
        await world.call(None, clients.create, new=new)
    assert refused.value.parameter == "trusted_issuers"
