"""Registering a person together with an organization of theirs."""

import re

import pytest

from charter.core.email_addresses.model import EmailAddressInvalid, EmailAddressTaken
from charter.core.memberships.queries import find_standing
from charter.core.organizations import registering
from charter.core.organizations.model import OrganizationNameTaken
from charter.core.organizations.registration import NewRegistration
from charter.core.passwords import operations as passwords
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import IdentifierUnknown, NewSignIn, SignInStatus
from charter.core.users import operations as users
from charter.core.verification import VerificationNotFound, VerificationStatus
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import InvalidInput
from tests.flows import Tab
from tests.sent import sent
from tests.world import all_at_once

ADDRESS, PASSWORD = "founder@example.com", "a long pass phrase of mine"


def fields(**changed):
    given = {"email_address": ADDRESS, "password": PASSWORD, "organization_name": "Acme"}
    return NewRegistration(**given | {"first_name": "Fay", "last_name": "Low"} | changed)


async def register(world, **changed):
    actor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    return await world.call(actor, registering.register, new=fields(**changed))


async def register_for(world, *, is_verified=False, **changed):
    return await world.call(
        None, registering.register_for, new=fields(**changed), is_verified=is_verified
    )


async def prove(world, made, code):
    return await world.call(
        Actor(ActorKind.ANONYMOUS, world.instance_id),
        registering.prove_registered,
        email_address_id=made.user.email_addresses[0].id,
        verification_id=made.verification.id,
        code=code,
    )


async def code_to(world, address=ADDRESS, number=-1):
    return re.search(r"\b[0-9]{6}\b", (await sent(world, address))[number].text)[0]


async def counts(world):
    rows = await world.sql(
        "SELECT (SELECT count(*) FROM users WHERE instance_id = $1),"
        " (SELECT count(*) FROM organizations WHERE instance_id = $1)",
        world.instance_id,
    )
    return tuple(rows[0])


async def sign_in(world):
    tab = Tab(world)
    new = NewSignIn(identifier=ADDRESS, strategy="password", password=PASSWORD)
    return (await tab.call(sign_ins.create, new=new)).view.sign_in.status


async def test_a_person_and_their_organization_are_made_at_once(world):
    made = await register(world, country="de", claims_name=True, legal_accepted=True)
    organization = made.organization
    assert (organization.name, organization.country) == ("Acme", "DE")
    assert (organization.claimed_name, organization.created_by) == ("acme", made.user.id)
    standing = await find_standing(
        world.platform.database.reading(world.instance_id), organization.id, made.user.id
    )
    assert standing.is_creator_role
    user = await world.call(None, users.get, user_id=made.user.id)
    assert (user.first_name, user.last_name) == ("Fay", "Low")
    assert user.legal_accepted_at is not None
    (address,) = user.email_addresses
    assert (address.is_verified, address.is_reserved) == (False, False)
    assert await world.call(None, passwords.verify, user_id=user.id, password=PASSWORD)
    for name in ("user.created", "organization.created", "organizationMembership.created"):
        assert len(await world.events(name)) == 1


@pytest.mark.security("A1")
async def test_nobody_signs_in_before_the_code_proves_the_address(world):
    made = await register(world)
    with pytest.raises(IdentifierUnknown):
        await sign_in(world)
    wrong = await prove(world, made, "000000")
    assert wrong.status is VerificationStatus.UNVERIFIED
    right = await prove(world, made, await code_to(world))
    assert right.status is VerificationStatus.VERIFIED
    assert await sign_in(world) is SignInStatus.COMPLETE


async def test_the_true_holder_signs_up_meanwhile_and_the_code_proves_nothing_then(world):
    made = await register(world)
    code = await code_to(world)
    await world.user("true", email=ADDRESS)
    with pytest.raises(EmailAddressTaken):
        await prove(world, made, code)
    with pytest.raises(EmailAddressTaken):
        await register(world, organization_name="Other")


async def test_where_nothing_is_proven_at_sign_up_the_address_is_reserved_as_by_a_sign_up(world):
    await world.configure(attributes={"email_address": {"is_verified_at_sign_up": False}})
    made = await register(world)
    assert made.user.email_addresses[0].is_reserved
    assert await sign_in(world) is SignInStatus.COMPLETE
    assert len(await sent(world, ADDRESS)) == 1
    with pytest.raises(EmailAddressTaken):
        await register(world, organization_name="Other")


async def test_of_two_registrations_of_one_name_at_once_one_is_made_whole(world):
    made = await all_at_once(
        *(register(world, email_address=f"f{n}@example.com", claims_name=True) for n in range(6))
    )
    assert sum(isinstance(each, OrganizationNameTaken) for each in made) == 5
    assert await counts(world) == (1, 1)


async def test_registrations_of_one_address_at_once_are_kept_apart_and_one_proves_it(world):
    several = await all_at_once(
        *(register(world, organization_name=f"Org {number}") for number in range(3))
    )
    assert await counts(world) == (3, 3)
    codes = [await code_to(world, number=number) for number in range(3)]
    tried = [prove(world, made, code) for made in several for code in codes]
    found = [(await all_at_once(each))[0] for each in tried]
    done = [each for each in found if getattr(each, "status", None) == VerificationStatus.VERIFIED]
    assert len(done) == 1


async def test_of_two_reserved_or_vouched_registrations_of_one_address_at_once_one_is_made(world):
    made = await all_at_once(
        *(
            register_for(world, is_verified=True, organization_name=f"Org {number}")
            for number in range(4)
        )
    )
    assert sum(isinstance(each, EmailAddressTaken) for each in made) == 3
    assert await counts(world) == (1, 1)


async def test_a_back_end_registers_whom_it_vouches_for(world):
    await world.configure(sign_up={"mode": "restricted"})
    made = await register_for(world, is_verified=True)
    assert made.verification is None
    assert made.user.email_addresses[0].is_verified
    assert await sent(world) == []
    other = await register_for(world, email_address="other@example.com")
    (address,) = other.user.email_addresses
    assert (address.is_verified, address.is_reserved) == (False, False)
    right = await prove(world, other, await code_to(world, "other@example.com"))
    assert right.status is VerificationStatus.VERIFIED


async def test_a_code_is_worth_nothing_in_another_instance_or_for_another_address(
    world, other_world
):
    made = await register(world)
    code = await code_to(world)
    other = await register(world, email_address="other@example.com", organization_name="Other")
    with pytest.raises(Exception, match="email_address_not_found"):
        await prove(other_world, made, code)
    mixed = type(made)(other.user, made.organization, made.verification)
    with pytest.raises(VerificationNotFound):
        await prove(world, mixed, code)


HOSTILE = ("zero\x00", "half\ud800", "x" * 10_000)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("by", [register, register_for])
async def test_hostile_texts_make_nothing(world, by, text):
    for name in ("first_name", "last_name", "organization_name", "country"):
        with pytest.raises(InvalidInput):
            await by(world, **{name: text})
    with pytest.raises(EmailAddressInvalid):
        await by(world, email_address=text)
    assert await counts(world) == (0, 0)


@pytest.mark.parametrize("text", ["x" * 10_000, "short"])
@pytest.mark.parametrize("by", [register, register_for])
async def test_a_password_that_does_not_do_makes_nothing(world, by, text):
    with pytest.raises(Exception, match="password_too"):
        await by(world, password=text)
    assert await counts(world) == (0, 0)
