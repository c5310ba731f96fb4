"""No secret that the server ever gave or took stands in any row or event in plain."""

import json

import pytest

from charter.core.passkeys import operations as passkeys
from charter.core.second_factors import operations as second_factors
from charter.core.tables import ALL
from tests.authenticator import plain
from tests.cast import PASSWORD, make_cast
from tests.factors import code_at
from tests.sent import sent

CANARY = "Canary-7f3a9c-Passw0rd"


async def secrets_of(world) -> dict[str, str]:
    """What a story through both doors gave and took, by what it is."""
    cast = await make_cast(world)
    found = {
        "password": PASSWORD,
        "invitation token": cast.facts["invitation_secret"],
        "join code": cast.facts["code"],
        "organization token": cast.facts["bearer"].partition(":")[2],
        "secret key": world.keys.secret_key,
    }
    made = await world.post(
        "/users",
        {"email_address": ["eve@example.com"], "password": CANARY, "backup_codes": ["BACKUP-1234"]},
        headers={"idempotency-key": "once"},
    )
    user = made.json()["id"]
    found |= {"canary": CANARY, "backup code": "BACKUP-1234"}
    await world.post(f"/users/{user}/verify_password", {"password": CANARY + "x"})
    found["session token"] = await world.token("target")
    ticket = (await world.post("/sign_in_tokens", {"user_id": user})).json()
    found["sign-in ticket"] = ticket["token"]
    invited = await world.post("/invitations", {"email_address": "guest2@example.com"})
    found["invitation link"] = invited.json()["url"]
    owner = cast.world.people["owner"]
    token = await world.rpc(owner, "/tokens/create", {"organizationId": cast["organization"]})
    found["token of the other door"] = token.json()["apiToken"]["secret"]
    seed = await world.call("viewer", second_factors.begin_totp)
    code = code_at(world.platform, seed.secret)
    verified = await world.call("viewer", second_factors.verify_totp, code=code)
    found |= {"seed of an app": seed.secret, "recovery code": verified.backup_codes[0]}
    asked = json.loads((await world.call("target", passkeys.begin)).options)
    found["challenge of a passkey"] = plain(asked["challenge"]).decode()
    for message in await sent(world):
        found |= {f"link of {message.id} {n}": link for n, link in enumerate(message.links)}
        if message.code:
            found[f"code of {message.id}"] = message.code
    return found


async def where(world, texts: dict[str, str]) -> list[str]:
    """The tables in which texts stand, by what the texts are."""
    found = set()
    for table in ALL:
        for row in await world.sql(f'SELECT t::text AS line FROM "{table.name}" AS t'):
            line = row["line"].lower()
            for name, text in texts.items():
                # Bytes are written in hexadecimal digits.
                if text.lower() in line or text.encode().hex() in line:
                    found.add(f"{name} in {table.name}")
    return sorted(found)


@pytest.mark.security("N3", "C1", "I1")
async def test_no_secret_stands_in_any_table(world):
    secrets = await secrets_of(world)
    assert len(secrets) > 10
    assert await where(world, secrets) == []
    assert "what is no secret in events" in await where(
        world, {"what is no secret": "eve@example.com"}
    )


@pytest.mark.security("N3")
async def test_no_error_repeats_what_was_sent(world):
    sent_wrong = [
        await world.post("/users", {"password": CANARY}),
        await world.post("/users", {"email_address": ["a@example.com"], "password_digest": CANARY}),
        await world.client.get("/v1/users", headers={"authorization": f"Bearer {CANARY}"}),
        await world.rpc("user_x", "/members/join", {"code": CANARY, "token": CANARY}),
    ]
    for response in sent_wrong:
        assert response.status_code >= 400
        assert CANARY not in response.text
