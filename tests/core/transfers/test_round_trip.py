"""An instance that was exported and imported elsewhere is the same instance."""

import base64

import pytest

from charter.core.oauth_applications import operations as oauth_applications
from charter.core.organizations import operations as organizations
from charter.core.passwords import operations as passwords
from charter.core.tables import ALL
from charter.core.transfers.catalogue import CONTEXTS, RULES, Carried
from charter.core.transfers.parts import PARTS
from charter.core.users import operations as users
from charter.core.users.model import NewUser
from tests.cast import PASSWORD, PICTURE, make_cast
from tests.core.transfers.moving import exported, imported, rows_of, without_place


@pytest.fixture
async def full(world, paying):
    """An instance with something of everything."""
    cast = await make_cast(world)
    secret = {"totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "backup_codes": ["code-0001"]}
    eve = await world.user("eve", password=PASSWORD, phone_numbers=["+12015550123"], **secret)
    await world.call(None, users.set_profile_image, user_id=eve.id, file=PICTURE)
    application = {"oauth_application_id": cast["oauth_application"]}
    await world.call(None, oauth_applications.set_logo, **application, file=PICTURE)
    organization = {"organization_id": cast["organization"]}
    await world.call(None, organizations.set_logo, **organization, file=PICTURE)
    await world.sql(
        "UPDATE organizations SET parent_id = $2 WHERE instance_id = $1 AND id = $3",
        world.instance_id,
        cast.twin["organization"],
        cast["organization"],
    )
    await world.sql(
        "INSERT INTO external_accounts (instance_id, id, user_id, identification_id, provider,"
        " issuer, provider_user_id, status, sealed_access_token, created_at, updated_at)"
        " VALUES ($1, 'eac_1', $2, 'idn_1', 'oauth_google', 'https://g', '1', 'verified', $3,"
        " now(), now())",
        world.instance_id,
        eve.id,
        world.platform.vault.seal(b"token of google", "external_account:eac_1:access"),
    )
    await world.configure(sign_up={"mode": "waitlist"}, max_metadata_bytes=600_000)
    return cast


async def test_what_is_exported_again_elsewhere_is_the_same(full, elsewhere):
    lines = await exported(full.world)
    rejects = await imported(elsewhere, lines)
    assert rejects.rejections == []
    assert without_place(await exported(elsewhere)) == without_place(lines)


async def test_every_row_of_the_database_is_the_same_but_for_what_is_sealed(full, elsewhere):
    await imported(elsewhere, await exported(full.world))
    for part in PARTS:
        own = {c for (table, c) in CONTEXTS if table == part.name} | set(part.rule.files)
        names = ", ".join(name for name in part.names if name not in own)
        column = "id" if part.name == "instances" else "instance_id"
        order = "ORDER BY 1, 2" if len(part.names) > 1 else ""
        where = f"WHERE {column} = $1 {order}"
        if part.name == "grants":
            where = f"WHERE {column} = $1 AND purpose LIKE '%in%it%' OR purpose = 'join_code'"
            where += " AND instance_id = $1 ORDER BY 1, 2"
        query = f"SELECT {names} FROM {part.name} {where}"
        here = await full.world.sql(query, full.world.instance_id)
        there = await elsewhere.sql(query, elsewhere.instance_id)
        assert list(map(dict, here)) == list(map(dict, there)), part.name


async def test_the_cast_has_a_row_in_every_table_that_goes_along(full):
    lines = await exported(full.world)
    rare = {
        "enterprise_accounts",
        "machine_scopes",
        "passkeys",
        "plan_features",
        "second_factor_tries",
    }
    empty = {part.name for part in PARTS if not rows_of(lines, part.name)}
    assert empty <= rare


async def test_what_signs_people_in_works_elsewhere(full, elsewhere):
    await imported(elsewhere, await exported(full.world))
    eve = full.world.people["eve"]
    assert await elsewhere.call(None, passwords.verify, user_id=eve, password=PASSWORD)
    # Its keys are those of the file: the one that it was made with has ended.
    assert (await elsewhere.get("/users/count")).status_code == 401
    elsewhere.client.headers["authorization"] = f"Bearer {full.world.keys.secret_key}"
    token = await elsewhere.get(f"/users/{eve}/oauth_access_tokens/oauth_google")
    assert token.json()[0]["token"] == "token of google"
    answer = await elsewhere.get("/users/count")
    assert answer.status_code == 200
    assert answer.json()["total_count"] == len(rows_of(await exported(full.world), "users"))


async def test_pictures_are_there_under_names_of_their_own(full, elsewhere):
    await imported(elsewhere, await exported(full.world))
    pictured = {name for name, rule in RULES.items() if isinstance(rule, Carried) and rule.files}
    assert pictured == {"oauth_applications", "organizations", "users"}
    for table in pictured:
        query = f"SELECT id, image_key FROM {table} WHERE instance_id = $1 AND image_key != ''"
        here = dict(await full.world.sql(query, full.world.instance_id))
        there = dict(await elsewhere.sql(query, elsewhere.instance_id))
        assert here
        assert here.keys() == there.keys()
        for row_id, key in here.items():
            assert there[row_id] != key
            kept = await elsewhere.platform.blobs.get(there[row_id])
            assert kept.data == (await full.world.platform.blobs.get(key)).data


async def test_who_comes_after_the_import_gets_a_number_of_their_own(full, elsewhere):
    lines = await exported(full.world)
    await imported(elsewhere, lines)
    made = await elsewhere.call(None, users.create, new=NewUser(email_addresses=["new@x.org"]))
    assert made.number > max(row["number"] for row in rows_of(lines, "users"))


async def test_secrets_are_sealed_under_the_keys_of_the_new_server(full, elsewhere):
    await imported(elsewhere, await exported(full.world))
    for (table, column), context in CONTEXTS.items():
        if not isinstance(RULES[table], Carried):
            continue
        [named] = [each for each in ALL if each.name == table]
        keys = [c.name for c in named.primary_key.columns if c.name != "instance_id"]
        for row in await elsewhere.sql(
            f"SELECT * FROM {table} WHERE instance_id = $1 AND {column} IS NOT NULL",
            elsewhere.instance_id,
        ):
            bound = context.format(**{key: row[key] for key in keys})
            assert elsewhere.platform.vault.open(row[column], bound)
            assert row[column].startswith(elsewhere.platform.vault.header)


async def test_what_is_sealed_stands_open_in_the_lines(full):
    lines = await exported(full.world)
    [row] = [row for row in rows_of(lines, "external_accounts") if row["id"] == "eac_1"]
    assert base64.b64decode(row["sealed_access_token"]) == b"token of google"
