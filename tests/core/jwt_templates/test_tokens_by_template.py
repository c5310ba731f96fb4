"""Tokens by templates: what they say, who has them, and who can verify them."""

import base64

import jwt
import pytest

from charter.core.jwt_templates import operations
from charter.core.jwt_templates.model import NewJwtTemplate, TemplateTokenTooLong
from charter.core.keys.lookup import lookup
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import MetadataPatch as OrganizationMetadata
from charter.core.sessions import operations as sessions
from charter.core.sessions import tokens_elsewhere
from charter.core.sessions.model import (
    SessionNotActive,
    SessionNotFound,
    SessionNotHere,
    TemplateNotFound,
)
from charter.core.users import operations as users
from charter.core.users import restrictions
from charter.core.users.model import NewUser
from charter.kernel.errors import InvalidInput
from charter.kernel.tokens import Category, TokenRefused, Typ, verify
from tests.core.sessions.reading import claims_of, header_of, public_keys
from tests.flows import Tab

SECRET = "a shared secret of the other service"
PRIVATE = "nobody else's business"
SERVER_SAYS = {"sub", "iss", "iat", "nbf", "exp", "jti"}


async def template(world, name="hasura", **fields):
    new = NewJwtTemplate(name=name, **{"claims": {}, **fields})
    return await world.call(None, operations.create, new=new)


async def mint(world, session, name="hasura", **fields):
    made = await world.call(
        None,
        tokens_elsewhere.create_token_from_template,
        session_id=session.id,
        template_name=name,
        **fields,
    )
    return made.jwt


async def told(world, session, **claims):
    """What a session's token says by a template of these claims, beside what the server says."""
    made = await template(world, claims=claims)
    found = claims_of(await mint(world, session))
    await world.call(None, operations.delete, template_id=made.id)
    return {name: value for name, value in found.items() if name not in SERVER_SAYS}


async def checked(world, token, category):
    instance = await lookup(world.platform).instance(world.instance_id)
    return verify(
        token,
        await public_keys(world),
        typ=Typ.JWT,
        issuer=instance.issuer,
        now=world.platform.clock(),
        categories={category},
    )


async def test_a_token_says_what_its_template_does_and_what_the_server_adds(world):
    session = await world.session("ann")
    await template(world, claims={"aud": "hasura", "x": {"deep": ["{{user.id}}"]}})
    token = await mint(world, session)
    claims = await checked(world, token, Category.TEMPLATE)
    assert claims.keys() == SERVER_SAYS | {"aud", "x"}
    assert (claims["sub"], claims["aud"]) == (session.user_id, "hasura")
    assert claims["x"] == {"deep": [session.user_id]}
    assert (claims["exp"] - claims["iat"], claims["iat"] - claims["nbf"]) == (60, 5)
    kid = world.instance_id
    cat = "cl_B7d4PD222AAA"
    assert header_of(token) == {"alg": "RS256", "typ": "JWT", "kid": kid, "cat": cat}


@pytest.mark.security("D5")
async def test_a_template_token_is_no_session_token(world):
    session = await world.session("ann")
    await template(world)
    with pytest.raises(TokenRefused):
        await checked(world, await mint(world, session), Category.SESSION)


async def test_the_life_and_the_skew_are_the_template_s_unless_the_caller_says_otherwise(world):
    session = await world.session("ann")
    await template(world, lifetime_seconds=86_400, clock_skew_seconds=0)
    claims = claims_of(await mint(world, session))
    assert (claims["exp"] - claims["iat"], claims["iat"] - claims["nbf"]) == (86_400, 0)
    claims = claims_of(await mint(world, session, expires_in_seconds=30))
    assert claims["exp"] - claims["iat"] == 30
    for seconds in (29, 315_360_001):
        with pytest.raises(InvalidInput):
            await mint(world, session, expires_in_seconds=seconds)


async def test_a_key_stays_published_for_as_long_as_its_tokens_live(world):
    session = await world.session("ann")
    await template(world, lifetime_seconds=7 * 86_400)
    claims = claims_of(await mint(world, session))
    (row,) = await world.sql(
        "SELECT tokens_until FROM signing_keys WHERE instance_id = $1 AND state = 'active'",
        world.instance_id,
    )
    assert int(row["tokens_until"].timestamp()) == claims["exp"]


async def test_an_own_key_signs_and_is_in_no_key_set(world):
    session = await world.session("ann")
    made = await template(world, has_own_key=True, signing_key=SECRET, lifetime_seconds=7 * 86_400)
    token = await mint(world, session)
    issued_to = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_aud": False})
    assert issued_to["sub"] == session.user_id
    assert header_of(token)["kid"] == made.id
    assert made.id not in await public_keys(world)
    with pytest.raises(TokenRefused):
        await checked(world, token, Category.TEMPLATE)


async def person(world):
    new = NewUser(
        external_id="theirs-1",
        first_name="Ann",
        last_name="Lee",
        username="ann_lee",
        email_addresses=["ann@example.com", "other@example.com"],
        phone_numbers=["+14155550123"],
        public_metadata={"plan": {"seats": 3}, "on": False},
        private_metadata={"note": PRIVATE},
        unsafe_metadata={"theme": "dark"},
    )
    made = await world.call(None, users.create, new=new)
    world.people["ann"] = made.id
    return made


async def test_everything_of_a_user_has_a_name(world):
    user = await person(world)
    session = await world.session("ann")
    names = """id external_id first_name last_name full_name username has_image created_at
        updated_at primary_email_address primary_phone_number primary_web3_wallet email_verified
        phone_number_verified two_factor_enabled public_metadata unsafe_metadata organizations"""
    claims = await told(world, session, **{name: f"{{{{user.{name}}}}}" for name in names.split()})
    current = await world.user("ann")
    assert claims == {
        "id": user.id,
        "external_id": "theirs-1",
        "first_name": "Ann",
        "last_name": "Lee",
        "full_name": "Ann Lee",
        "username": "ann_lee",
        "has_image": False,
        "created_at": int(current.created_at.timestamp() * 1000),
        "updated_at": int(current.updated_at.timestamp() * 1000),
        "primary_email_address": "ann@example.com",
        "primary_phone_number": "+14155550123",
        "primary_web3_wallet": None,
        "email_verified": True,
        "phone_number_verified": True,
        "two_factor_enabled": False,
        "public_metadata": {"plan": {"seats": 3}, "on": False},
        "unsafe_metadata": {"theme": "dark"},
        "organizations": {},
    }
    more = {
        "seats": "{{user.public_metadata.plan.seats || 'none'}}",
        "on": "{{user.public_metadata.on || 'off'}}",
        "text": "{{user.full_name}} <{{user.primary_email_address}}>",
        "image": "{{user.image_url}}",
    }
    claims = await told(world, session, **more)
    assert (claims["seats"], claims["on"]) == (3, "off")
    assert claims["text"] == "Ann Lee <ann@example.com>"
    assert claims["image"].endswith(f"/images/users/{world.instance_id}/{user.id}.svg")


async def test_everything_of_the_active_organization_has_a_name(world):
    acme = await world.organization("Acme", "ann", public_metadata={"tier": 1})
    globex = await world.organization("Globex", "ben")
    member = await world.member(globex, "ann")
    session = await world.session("ann", acme)
    names = """org.id org.name org.slug org.role org.image_url org.has_image org.public_metadata
        org_membership.role org_membership.permissions org_membership.public_metadata
        user.organizations"""
    shortcodes = {name: f"{{{{{name}}}}}" for name in names.split()}
    claims = await told(world, session, **shortcodes)
    assert "org:sys_memberships:manage" in claims.pop("org_membership.permissions")
    picture = claims.pop("org.image_url")
    assert picture.endswith(f"/images/organizations/{world.instance_id}/{acme.id}.svg")
    assert claims == {
        "org.id": acme.id,
        "org.name": "Acme",
        "org.slug": acme.slug,
        "org.role": "org:admin",
        "org.has_image": False,
        "org.public_metadata": {"tier": 1},
        "org_membership.role": "org:admin",
        "org_membership.public_metadata": {},
        "user.organizations": {acme.id: "org:admin", globex.id: member.role_key},
    }
    alone = await told(world, await world.session("ann"), **shortcodes)
    del alone["user.organizations"]
    assert set(alone.values()) == {None}
    await world.sql("UPDATE organizations SET status = 'closed' WHERE id = $1", acme.id)
    closed = await told(world, session, **shortcodes)
    assert closed.pop("user.organizations") == {globex.id: member.role_key}
    assert set(closed.values()) == {None}


@pytest.mark.security("D5")
async def test_private_metadata_has_no_name(world):
    await person(world)
    acme = await world.organization("Acme", "ann")
    patch = OrganizationMetadata(private_metadata={"note": PRIVATE})
    await world.call(None, organizations.merge_metadata, organization_id=acme.id, patch=patch)
    session = await world.session("ann", acme)
    names = """user org user.private_metadata user.private_metadata.note org.private_metadata
        org.private_metadata.note org_membership.private_metadata org_membership.organization
        user.public_metadata user.unsafe_metadata org.public_metadata user.password
        org_membership.public_metadata user.__class__ session session.actor"""
    await template(world, claims={name: f"{{{{{name}}}}}" for name in names.split()})
    token = await mint(world, session)
    payload = token.split(".")[1]
    assert PRIVATE not in base64.urlsafe_b64decode(payload + "==").decode()


async def test_who_acts_as_the_user_has_a_name(world):
    session = await world.session("ann")
    actor = "jsonb_build_object('sub', 'support')"
    await world.sql(f"UPDATE sessions SET actor = {actor} WHERE id = $1", session.id)
    claims = await told(world, session, act="{{session.actor}}", who="{{session.actor.sub}}")
    assert claims == {"act": {"sub": "support"}, "who": "support"}


async def test_a_token_that_grows_too_long_is_refused(world):
    new = NewUser(email_addresses=["ann@example.com"], public_metadata={"x": "y" * 8000})
    world.people["ann"] = (await world.call(None, users.create, new=new)).id
    session = await world.session("ann")
    await template(world, claims={"one": "{{user.public_metadata}}"})
    assert len(await mint(world, session)) > 8000
    many = {f"c{n}": "{{user.public_metadata}} {{user.public_metadata}}" for n in range(100)}
    for number, claims in enumerate([{"a": "x" * 8000, "b": "{{user.public_metadata}}"}, many]):
        await template(world, name=f"long{number}", claims=claims)
        with pytest.raises(TemplateTokenTooLong):
            await mint(world, session, f"long{number}")


async def test_only_a_session_that_is_active_has_tokens(world):
    await template(world)
    ended, pending, banned = [await world.session(name) for name in ("ann", "ben", "cy")]
    await world.call(None, sessions.revoke, session_id=ended.id)
    await world.sql("UPDATE sessions SET status = 'pending' WHERE id = $1", pending.id)
    await world.call(None, restrictions.ban, user_id="cy")
    for session in (ended, pending, banned):
        with pytest.raises((SessionNotActive, SessionNotFound)):
            await mint(world, session)


@pytest.mark.security("G1")
async def test_another_instance_s_template_and_session_are_unknown(world, other_world):
    await template(other_world)
    session, theirs = await world.session("ann"), await other_world.session("ann")
    with pytest.raises(TemplateNotFound):
        await mint(world, session)
    await template(world)
    with pytest.raises(SessionNotFound):
        await mint(world, theirs)


async def test_a_browser_has_tokens_of_its_own_sessions_alone(world):
    await template(world, claims={"mail": "{{user.primary_email_address}}"})
    tab, other = Tab(world), Tab(world)
    arguments = {"session_id": await tab.sign_in("ann"), "template_name": "hasura"}
    made = await tab.call(tokens_elsewhere.mint_own_from_template, **arguments)
    assert claims_of(made.jwt)["mail"] == "ann+clerk_test@example.com"
    await other.sign_in("ben")
    for stranger in (other, Tab(world)):
        with pytest.raises(SessionNotHere):
            await stranger.call(tokens_elsewhere.mint_own_from_template, **arguments)
