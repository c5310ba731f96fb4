"""A dump of the database alone opens nothing and signs nothing."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization

from charter.core.keys import operations as keys
from charter.core.keys.lookup import lookup
from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.tables import ALL
from charter.kernel.secrets import SealRefused, Vault
from tests.core.sessions.reading import claims_of
from tests.core.sessions.refreshes import Browser

PASSWORD = "correct horse battery staple 7"


async def dump(world):
    """Every table as text, with its bytes as they are and in hex."""
    found = []
    for table in ALL:
        where = "WHERE instance_id = $1" if "instance_id" in table.c else "WHERE $1 <> ''"
        rows = await world.sql(f"SELECT * FROM {table.name} {where}", world.instance_id)
        for row in rows:
            for value in row.values():
                if isinstance(value, bytes):
                    found += [value, value.hex().encode(), base64.b64encode(value)]
                else:
                    found.append(str(value).encode())
    return b"\n".join(found)


def forms(number):
    """The ways in which a number might be written."""
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    encoded = base64.b64encode(raw)
    return [raw, raw.hex().encode(), encoded[:-4], str(number).encode()]


async def private_forms(world):
    """The private key that signs, in all its parts."""
    signing = await lookup(world.platform).signing_keys(world.instance_id)
    pem = signing.active.to_pem()
    key = serialization.load_pem_private_key(pem.encode(), None)
    numbers = key.private_numbers()
    parts = [numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp]
    lines = [line.encode() for line in pem.splitlines()[2:-2]]
    return [form for number in parts for form in forms(number)] + lines


@pytest.mark.security("D6")
async def test_a_dump_holds_no_secret_of_any_kind(world):
    ann = await world.user("ann", password=PASSWORD)
    browser = await Browser.of(world)
    ticket = await world.call(None, sign_in_tokens.create, user_id=ann.id)
    rotated = await world.call(None, keys.rotate_secret, overlap_seconds=60)
    await world.call(None, keys.rotate_signing)
    secrets = [
        PASSWORD,
        world.keys.secret_key,
        rotated.secret,
        browser.token,
        browser.signed(),
        ticket.ticket,
        claims_of(ticket.ticket)["grant"],
    ]
    text = await dump(world)
    assert b"PUBLIC KEY" in text  # the search would find what is there
    assert ann.id.encode() in text
    assert b"PRIVATE KEY" not in text
    assert not [form for form in await private_forms(world) if form in text]
    for secret in secrets:
        plain = secret.encode()
        for form in (plain, plain.hex().encode(), base64.b64encode(plain)[:-4]):
            assert form not in text


@pytest.mark.security("D6")
async def test_what_a_dump_holds_of_a_signing_key_signs_nothing(world):
    rows = await world.sql(
        "SELECT id, sealed_private_pem FROM signing_keys WHERE instance_id = $1",
        world.instance_id,
    )
    assert len(rows) == 2
    for row in rows:
        sealed, context = row["sealed_private_pem"], f"signing_key:{row['id']}"
        for load in (
            serialization.load_pem_private_key,
            serialization.load_der_private_key,
        ):
            with pytest.raises(ValueError, match=r"."):
                load(sealed, None)
        guessed = Vault([("test", bytes(32)), ("other", sealed[-32:])])
        with pytest.raises(SealRefused):
            guessed.open(sealed, context)
        with pytest.raises(SealRefused):
            world.platform.vault.open(sealed, "signing_key:another")
        assert world.platform.vault.open(sealed, context).startswith(b"-----BEGIN PRIVATE KEY")
