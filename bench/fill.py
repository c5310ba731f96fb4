"""Makes a database, an instance in it, and fills it by COPY."""

import asyncio
import json
import random
from collections.abc import Mapping
from typing import Any

import asyncpg

from bench.people import People
from bench.programs import Programs
from bench.sizes import PASSWORD, TARGETS, TEMPLATE, Drawn, Size
from charter.bootstrap import InstanceKeys, new_instance, opened
from charter.core.instances.configuring import configure
from charter.core.instances.model import Environment
from charter.core.jwt_templates import operations as jwt_templates
from charter.core.jwt_templates.model import NewJwtTemplate
from charter.core.passwords.hashers import hash_new
from charter.core.vocabulary import CREATOR_ROLE, MEMBER_ROLE
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.operation import run
from charter.migrate import upgrade
from charter.settings import Settings

CLAIMS = {
    "email": "{{user.primary_email_address}}",
    "name": "{{user.first_name}} {{user.last_name}}",
    "plan": "{{user.public_metadata.plan || 'free'}}",
    "organization": "{{org.slug}}",
    "role": "{{org.role}}",
}
"""What the template writes: of each sort of shortcode one."""
COLUMNS: Mapping[str, str] = {
    "users": "instance_id id first_name last_name locale public_metadata private_metadata "
    "unsafe_metadata search_text last_active_at created_at updated_at",
    "email_addresses": "instance_id id user_id address address_key is_primary "
    "verification_status verification_strategy created_at updated_at",
    "phone_numbers": "instance_id id user_id number is_primary verification_status "
    "verification_strategy created_at updated_at",
    "passwords": "instance_id user_id hasher password_digest updated_at",
    "organizations": "instance_id id name slug max_allowed_memberships role_set_id "
    "public_metadata search_text created_at updated_at",
    "memberships": "instance_id id organization_id user_id role_id created_at updated_at",
    "clients": "instance_id id digest created_at updated_at",
    "sessions": "instance_id id user_id client_id status last_active_organization_id "
    "first_factor_at last_active_at expire_at abandon_at created_at updated_at",
    "tokens": "instance_id id organization_id key name environment permissions digest "
    "sealed_secret last_four created_at",
}
"""What is copied, in the order in which rows refer to each other."""
OF_PROGRAMS: Mapping[str, str] = {
    "machines": "instance_id id name default_token_ttl created_at updated_at",
    "m2m_tokens": "instance_id id machine_id claims scopes digest sealed_secret expires_at "
    "created_at updated_at",
    "api_keys": "instance_id id type user_id name claims scopes digest sealed_secret "
    "created_at updated_at",
}
"""What is copied after them."""


async def fill(settings: Settings, size: Size) -> Drawn:
    """Fill a migrated, empty database with an instance of this size."""
    async with opened(settings) as platform:
        keys = await new_instance(
            platform, "Bench", Environment.PRODUCTION, "accounts.charter-bench.io"
        )
        # All the load of a measurement comes from one address.
        actor = Actor(ActorKind.OPERATOR, keys.instance_id)
        changes = {"changes": {"limits_addresses": False}}
        await run(platform, actor, configure, arguments=changes)
        template = {"new": NewJwtTemplate(name=TEMPLATE, claims=CLAIMS)}
        await run(platform, actor, jwt_templates.create, arguments=template)
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.set_type_codec(
            "jsonb",
            schema="pg_catalog",
            encoder=lambda value: b"\x01" + json.dumps(value).encode(),
            decoder=json.loads,
            format="binary",
        )
        people = await _people(connection, keys, size)
        for name, columns in COLUMNS.items():
            table = "organization_tokens" if name == "tokens" else name
            await connection.copy_records_to_table(
                table, records=getattr(people, name)(), columns=columns.split()
            )
        programs = Programs(people)
        for name, columns in OF_PROGRAMS.items():
            await connection.copy_records_to_table(
                name, records=getattr(programs, name)(), columns=columns.split()
            )
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    return _draw(people, programs, keys)


async def _people(connection: Any, keys: InstanceKeys, size: Size) -> People:
    roles = {row["key"]: row["id"] for row in await connection.fetch("SELECT key, id FROM roles")}
    return People(
        instance_id=keys.instance_id,
        size=size,
        role_set_id=await connection.fetchval("SELECT id FROM role_sets WHERE type = 'initial'"),
        role_ids=(roles[CREATOR_ROLE], roles[MEMBER_ROLE]),
        password_digest=hash_new(PASSWORD),
    )


def _draw(people: People, programs: Programs, keys: InstanceKeys) -> Drawn:
    chance = random.Random(11)
    chosen = chance.sample(range(people.size.users), TARGETS)
    return Drawn(
        secret_key=keys.secret_key,
        users=tuple(people.user_ids[each] for each in chosen),
        searches=tuple(people.searches[each] for each in chosen),
        organizations=tuple(chance.sample(people.organization_ids, TARGETS)),
        sessions=tuple(people.session_ids),
        browsers=tuple(people.browsers),
        addresses=tuple(people.given[each][1] for each in chosen),
        tokens=tuple(people.made_tokens),
        api_keys=tuple(programs.made_keys),
        m2m_tokens=tuple(programs.made_tokens),
    )


async def make_database(server_url: str, url: str, name: str) -> None:
    """Make an empty database of this name and migrate it."""
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    await asyncio.to_thread(upgrade, url)
