"""Whoever registers with an organization is let in by the rules of sign-ups."""

import dataclasses

import pytest

from charter.core.instance_domains.model import SatelliteOnlyReads
from charter.core.instances.enabled import FieldNotEnabled
from charter.core.limits.limiting import TooManyAttempts
from charter.core.listed_identifiers import operations as listed_identifiers
from charter.core.organizations import registering
from charter.core.organizations.model import OrganizationsNotEnabled
from charter.core.organizations.registration import NewRegistration
from charter.core.passwords.errors import PasswordCommon, PasswordContainsWord
from charter.core.sign_ups.admitting import (
    AddressNotAllowed,
    CaptchaMissing,
    IdentifierNotAllowed,
)
from charter.core.sign_ups.model import SignUpByWaitlist, SignUpRestricted
from charter.core.verification import TooManyCodes
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.errors import MissingInput
from charter.kernel.operation import run
from tests.world import all_at_once

ADDRESS, PASSWORD = "founder@example.com", "a long pass phrase of mine"


async def register(world, platform=None, **changed):
    given = {"email_address": ADDRESS, "password": PASSWORD, "organization_name": "Acme"}
    actor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    new = NewRegistration(**given | changed)
    return await world.call(actor, registering.register, platform=platform, new=new)


async def nothing_is_there(world):
    for table in ("users", "organizations", "messages"):
        rows = await world.sql(f"SELECT 1 FROM {table} WHERE instance_id = $1", world.instance_id)
        assert rows == [], table


@pytest.mark.parametrize(
    ("mode", "error"), [("restricted", SignUpRestricted), ("waitlist", SignUpByWaitlist)]
)
async def test_where_not_everybody_signs_up_nobody_registers(world, mode, error):
    await world.configure(sign_up={"mode": mode})
    with pytest.raises(error):
        await register(world)
    await nothing_is_there(world)


async def test_addresses_that_are_not_taken_do_not_register(world):
    with pytest.raises(AddressNotAllowed):
        await register(world, email_address="new@mailinator.com")
    await world.configure(sign_up={"blocks_subaddresses": True})
    with pytest.raises(AddressNotAllowed):
        await register(world, email_address="new+shop@example.com")
    await nothing_is_there(world)


async def test_the_lists_keep_out_whom_they_keep_out(world):
    await world.call(None, listed_identifiers.block, identifier="*@example.com")
    await world.configure(restrictions={"has_blocklist": True})
    with pytest.raises(IdentifierNotAllowed):
        await register(world)
    await world.configure(restrictions={"has_blocklist": False, "has_allowlist": True})
    with pytest.raises(IdentifierNotAllowed):
        await register(world)
    await nothing_is_there(world)
    await world.call(None, listed_identifiers.allow, identifier=ADDRESS)
    assert await register(world)


class Breached:
    """A service that knows every password."""

    async def is_known(self, _password):
        return True


async def test_breached_passwords_and_ones_own_name_do_not_do(world):
    platform = dataclasses.replace(world.platform, breaches=Breached())
    with pytest.raises(PasswordCommon):
        await register(world, platform)
    with pytest.raises(PasswordContainsWord):
        await register(world, password="founder@example.com")
    await nothing_is_there(world)


class OnlyGood:
    """A service that lets nobody through."""

    script_url = "https://captcha.test/script.js"

    async def is_person(self, _token, _address):
        return False


async def test_where_a_captcha_is_asked_for_nobody_registers(world):
    platform = dataclasses.replace(world.platform, captcha=OnlyGood())
    await world.configure(sign_up={"captcha_site_key": "site"})
    with pytest.raises(CaptchaMissing):
        await register(world, platform)
    await nothing_is_there(world)


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({"sign_up": {"requires_legal_consent": True}}, "legal_accepted"),
        ({"sign_up": {"requires_custom_action": True}}, "custom_action"),
        ({"attributes": {"first_name": {"is_required": True}}}, "first_name"),
        (
            {"attributes": {"phone_number": {"is_enabled": True, "is_required": True}}},
            "phone_number",
        ),
    ],
)
async def test_what_a_sign_up_is_asked_for_is_asked_for(world, asked, missing):
    await world.configure(**asked)
    with pytest.raises(MissingInput) as refused:
        await register(world)
    assert refused.value.parameter == missing
    await nothing_is_there(world)
    if missing in ("legal_accepted", "first_name"):
        assert await register(world, **{missing: True if missing == "legal_accepted" else "Fay"})


@pytest.mark.parametrize("field", ["email_address", "password"])
async def test_address_and_password_are_required_whatever_the_instance_asks_for(world, field):
    await world.configure(attributes={field: {"is_required": False}})
    with pytest.raises(MissingInput) as refused:
        await register(world, **{field: ""})
    assert refused.value.parameter == field


async def test_what_the_instance_does_not_take_is_not_taken(world):
    await world.configure(attributes={"password": {"is_enabled": False, "is_required": False}})
    with pytest.raises(FieldNotEnabled):
        await register(world)
    await nothing_is_there(world)


async def test_where_there_are_no_organizations_nobody_registers_one(world):
    await world.configure(organizations={"are_enabled": False})
    with pytest.raises(OrganizationsNotEnabled):
        await register(world)
    await nothing_is_there(world)


async def test_on_a_satellite_nobody_registers(world):
    actor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    facts = RequestFacts("trace", "192.0.2.1", "test", satellite="satellite.test")
    new = NewRegistration(email_address=ADDRESS, password=PASSWORD, organization_name="Acme")
    with pytest.raises(SatelliteOnlyReads):
        await run(world.platform, actor, registering.register, facts, arguments={"new": new})


@pytest.mark.security("M1")
async def test_what_one_address_begins_is_counted(world):
    await world.patch("/instance/protect", {"rules_enabled": True})
    tried = await all_at_once(*(register(world, email_address="") for _ in range(35)))
    assert sum(isinstance(each, TooManyAttempts) for each in tried) == 5


@pytest.mark.security("M1")
async def test_many_registrations_do_not_flood_one_inbox(world):
    for number in range(5):
        await register(world, organization_name=f"Org {number}")
    with pytest.raises(TooManyCodes):
        await register(world)
