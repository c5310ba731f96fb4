"""Users of a CSV file become users: each is checked as any new one, and told why it is none."""

import pytest

from charter.core.organization_domains import operations as domains
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.passwords import hashers
from charter.core.passwords import operations as passwords
from charter.core.users import operations as users
from charter.core.users.queries import REFRESH_SEARCH_TEXT
from charter.core.waitlist_entries import operations as waitlist_entries
from charter.kernel.ids import new_id
from tests.core.transfers.moving import taken

ANN = {
    "id": "user_2NNEqL2nrIRdJ194ndJqAHwEfxC",
    "first_name": "Ann",
    "last_name": "Archer",
    "username": "annarcher",
    "primary_email_address": "Ann@Example.com",
    "primary_phone_number": "+12015550123",
    "verified_email_addresses": "Ann@Example.com|ann@work.example",
    "unverified_email_addresses": "ann@old.example",
    "verified_phone_numbers": "+1 (201) 555-0123, +12015550124",
    "unverified_phone_numbers": "",
    "totp_secret": "JBSWY3DPEHPK3PXP",
    "password_digest": "$2a$10$fgPOubgdJs90F1GK2u.Qye7Xyyi2ajrQJoB5LDG5bnITEvFR/xhZ.",
    "password_hasher": "bcrypt",
}


def person(name: str, **more: str) -> dict[str, str]:
    return {"id": new_id("user_"), "primary_email_address": f"{name}@example.com", **more}


async def number_of_users(world) -> int:
    return (await world.get("/users/count")).json()["total_count"]


async def test_all_that_a_record_says_is_taken_over(world):
    rejects = await taken(world, ANN)
    assert rejects.rejections == []
    ann = await world.call(None, users.get, user_id=ANN["id"])
    assert (ann.first_name, ann.last_name, ann.username) == ("Ann", "Archer", "annarcher")
    assert [(e.address, e.is_primary, e.is_verified) for e in ann.email_addresses] == [
        ("Ann@Example.com", True, True),
        ("ann@work.example", False, True),
        ("ann@old.example", False, False),
    ]
    assert [(n.number, n.is_primary, n.is_verified) for n in ann.phone_numbers] == [
        ("+12015550123", True, True),
        ("+12015550124", False, True),
    ]
    assert ann.has_totp
    assert ann.password_updated_at is not None


async def test_a_primary_address_that_is_not_proven_stays_unproven(world):
    record = person("ann", unverified_email_addresses="ann@example.com", username="anna")
    await taken(world, record)
    ann = await world.call(None, users.get, user_id=record["id"])
    assert [(e.is_primary, e.is_verified) for e in ann.email_addresses] == [(True, False)]


async def test_an_id_of_another_form_becomes_the_external_id(world):
    await taken(world, {**person("ann"), "id": "42"})
    [found] = (await world.get("/users", params={"external_id": "42"})).json()
    assert found["id"].startswith("user_")


async def test_passwords_of_another_system_sign_people_in(world):
    digest = hashers.hash_new("a long walk at dusk")
    record = person("ann", password_digest=digest, password_hasher="argon2id")
    await taken(world, record)
    given = {"user_id": record["id"], "password": "a long walk at dusk"}
    assert await world.call(None, passwords.verify, **given)


DIGESTS = {
    "md5": "5f4dcc3b5aa765d61d8327deb882cf99",
    "sha256": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
    "pbkdf2_sha256_django": "pbkdf2_sha256$1000$salt$m6vVx9jQHFgzfmqKDYV0/DTvnLpJBZhQ6SItcmbgY+E=",
    "bcrypt": ANN["password_digest"],
}


@pytest.mark.parametrize("hasher", sorted(DIGESTS))
async def test_digests_are_kept_as_they_are(world, hasher):
    record = person("ann", password_digest=DIGESTS[hasher], password_hasher=hasher)
    rejects = await taken(world, record)
    assert rejects.rejections == []
    [row] = await world.sql("SELECT * FROM passwords WHERE user_id = $1", record["id"])
    assert (row["hasher"], row["password_digest"]) == (hasher, DIGESTS[hasher])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"primary_email_address": "no address"}, "email_address_invalid"),
        ({"primary_email_address": ""}, "identifier_missing"),
        ({"primary_phone_number": "0123"}, "phone_number_invalid"),
        ({"username": "a"}, "username_length"),
        ({"username": "../../etc"}, "username_character"),
        ({"username": "123456"}, "username_is_number"),
        ({"first_name": "x" * 257}, "invalid_input"),
        ({"first_name": "a\0b"}, "invalid_input"),
        ({"last_name": "caf\udce9"}, "invalid_input"),
        ({"totp_secret": "not base32!"}, "totp_secret_invalid"),
        ({"password_digest": "x", "password_hasher": "rot13"}, "password_hasher_unknown"),
        ({"password_digest": "x", "password_hasher": "bcrypt"}, "password_digest_invalid"),
        ({"password_digest": "x"}, "missing_input"),
        (
            {"verified_email_addresses": ";".join(f"a{n}@x.org" for n in range(101))},
            "invalid_input",
        ),
    ],
)
async def test_a_record_that_no_user_may_be_is_rejected_and_the_rest_goes_on(world, more, code):
    bad = {**person("bad"), **more}
    rejects = await taken(world, person("ann"), bad, person("ben"))
    assert rejects.reasons() == [(2, "user", code)]
    assert rejects.rejections[0].id == bad["id"]
    assert rejects.rejections[0].reason
    assert await number_of_users(world) == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"id": ANN["id"]}, "user_id_taken"),
        ({"username": "ANNARCHER"}, "username_taken"),
        ({"primary_email_address": "ANN@example.com"}, "email_address_taken"),
        ({"primary_phone_number": "+1 201 555 0124"}, "phone_number_taken"),
    ],
)
@pytest.mark.parametrize("is_there_before", [True, False])
async def test_what_is_somebody_else_s_already_is_rejected(world, more, code, is_there_before):
    second = {**person("ben"), **more}
    if is_there_before:
        await taken(world, ANN)
        rejects = await taken(world, second, source="1" * 64)
    else:
        rejects = await taken(world, ANN, second)
    assert [(each.of, each.code) for each in rejects.rejections] == [("user", code)]
    assert await number_of_users(world) == 1


async def test_one_address_in_two_spellings_is_one_address(world):
    record = person("ann", verified_email_addresses="ANN@example.com,ann@work.example")
    assert (await taken(world, record)).rejections == []
    ann = await world.call(None, users.get, user_id=record["id"])
    assert [e.address for e in ann.email_addresses] == ["ann@example.com", "ann@work.example"]
    assert ann.email_addresses[0].is_primary


async def test_an_external_id_is_given_once(world):
    rejects = await taken(world, {**person("ann"), "id": "42"}, {**person("ben"), "id": "42"})
    assert rejects.reasons() == [(2, "user", "external_id_taken")]


async def test_people_of_an_organization_s_domain_are_offered_it(world):
    acme = await world.organization(owner="owner")
    domain = await world.call(
        None,
        domains.create,
        organization_id=acme.id,
        name="acme.test",
        enrollment_mode=EnrollmentMode.AUTOMATIC_SUGGESTION,
    )
    await world.sql("UPDATE organization_domains SET claimed_at = now() WHERE id = $1", domain.id)
    ann = person("ann", primary_email_address="ann@acme.test")
    await taken(world, ann, person("ben"))
    rows = await world.sql(
        "SELECT user_id FROM organization_suggestions WHERE instance_id = $1", world.instance_id
    )
    assert [row["user_id"] for row in rows] == [ann["id"]]


async def test_who_waited_waits_no_longer(world):
    await world.call(None, waitlist_entries.create, email_address="ann@example.com")
    await taken(world, person("ann"))
    [row] = await world.sql(
        "SELECT status FROM waitlist_entries WHERE instance_id = $1", world.instance_id
    )
    assert row["status"] == "completed"


async def test_people_are_found_as_those_who_signed_up_are(world):
    await taken(world, ANN)
    query = "SELECT search_text FROM users WHERE id = $1 AND instance_id = $2"
    [before] = await world.sql(query, ANN["id"], world.instance_id)
    db = world.platform.database.writing(world.instance_id)
    await db.run(REFRESH_SEARCH_TEXT, user_id=ANN["id"])
    await db.end(commit=True)
    [after] = await world.sql(query, ANN["id"], world.instance_id)
    assert before["search_text"] == after["search_text"]
    assert [each["id"] for each in (await world.get("/users?query=archer")).json()] == [ANN["id"]]


async def test_another_instance_has_the_same_people_without_harm(world, other_world):
    await taken(world, ANN)
    rejects = await taken(other_world, ANN)
    assert rejects.rejections == []
