"""What the lists decide: who may sign up and sign in."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.instances.settings import SignUpMode
from charter.core.invitations import operations as invitations
from charter.core.invitations.model import NewInvitation
from charter.core.listed_identifiers import operations
from charter.core.listed_identifiers.model import ListName
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import Answer, NewSignIn, Preparation
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.admitting import IdentifierNotAllowed
from charter.core.sign_ups.model import GivenFields, SignUpStatus
from charter.core.waitlist_entries import operations as waitlist
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.lists import Search
from tests.flows import Tab

PASSWORD = "correct horse battery staple"  # of a guest in a test
ADDRESS = "new+clerk_test@acme.test"
NUMBER = "+14155550123"

pytestmark = pytest.mark.security("M2")


async def lists(world, *, allow=(), block=(), **settings):
    for operation, listed in ((operations.allow, allow), (operations.block, block)):
        for each in listed:
            await world.call(None, operation, identifier=each)
    given = {"has_allowlist": bool(allow), "has_blocklist": bool(block), **settings}
    await world.configure(restrictions=given)


async def begin(tab, **given):
    given = {"email_address": ADDRESS, "password": PASSWORD, **given}
    return await tab.call(sign_ups.create, given=GivenFields(**given))


async def finish(tab, sign_up_id):
    await tab.call(sign_ups.prepare_verification, sign_up_id=sign_up_id, strategy="email_code")
    done = await tab.call(
        sign_ups.attempt_verification, sign_up_id=sign_up_id, strategy="email_code", code="424242"
    )
    return done.view.sign_up


async def sign_up(world, **given):
    tab = Tab(world)
    begun = await begin(tab, **given)
    return await finish(tab, begun.view.sign_up.id)


async def sign_in(world, name):
    """A sign-in of a person, whatever their address."""
    tab = Tab(world)
    user = await world.user(name)
    address = user.email_addresses[0].address
    begun = await tab.call(sign_ins.create, new=NewSignIn(identifier=address))
    sign_in_id = begun.view.sign_in.id
    given = Preparation(strategy="email_code")
    await tab.call(sign_ins.prepare_first_factor, sign_in_id=sign_in_id, given=given)
    answer = Answer(strategy="email_code", code="424242")
    done = await tab.call(sign_ins.attempt_first_factor, sign_in_id=sign_in_id, given=answer)
    return done.view.sign_in.created_session_id


@pytest.mark.parametrize("listed", [ADDRESS.upper(), "*@ACME.test", "@acme.test"])
async def test_who_is_listed_signs_up_and_in_and_others_do_not(world, listed):
    await world.user("out", email="out+clerk_test@example.com")
    await world.user("in", email="in+clerk_test@acme.test")
    await lists(world, allow=[listed, "in+clerk_test@acme.test"])
    assert (await sign_up(world)).status is SignUpStatus.COMPLETE
    with pytest.raises(IdentifierNotAllowed):
        await begin(Tab(world), email_address="new@example.com")
    with pytest.raises(IdentifierNotAllowed):
        await Tab(world).sign_in("out")
    assert await sign_in(world, "in")


@pytest.mark.parametrize("listed", [(ADDRESS, "out+clerk_test@acme.test"), ("*@acme.test",)])
async def test_who_is_blocked_signs_neither_up_nor_in_and_others_do(world, listed):
    await world.user("out", email="out+clerk_test@acme.test")
    await lists(world, block=listed)
    with pytest.raises(IdentifierNotAllowed):
        await begin(Tab(world))
    with pytest.raises(IdentifierNotAllowed):
        await sign_in(world, "out")
    done = await sign_up(world, email_address="new+clerk_test@example.com")
    assert done.status is SignUpStatus.COMPLETE


async def test_lists_that_are_not_asked_for_decide_nothing(world):
    await world.user("out", email="out+clerk_test@acme.test")
    await lists(world, allow=["else@else.test"], block=["*@acme.test"])
    await world.configure(restrictions={"has_allowlist": False, "has_blocklist": False})
    assert (await sign_up(world)).status is SignUpStatus.COMPLETE
    assert await sign_in(world, "out")


async def test_sign_ins_may_be_spared(world):
    await world.user("out", email="out+clerk_test@acme.test")
    await lists(world, block=["*@acme.test"], spares_sign_ins=True)
    assert await sign_in(world, "out")
    with pytest.raises(IdentifierNotAllowed):
        await begin(Tab(world))


async def test_who_stands_in_both_lists_comes_in(world):
    await lists(world, allow=[ADDRESS], block=["*@acme.test"])
    assert (await sign_up(world)).status is SignUpStatus.COMPLETE


async def test_who_gives_nothing_that_could_be_listed_does_not_come_in(world):
    await world.configure(
        attributes={
            "email_address": {"is_required": False},
            "username": {"is_enabled": True},
        }
    )
    await lists(world, allow=[ADDRESS])
    with pytest.raises(IdentifierNotAllowed):
        await begin(Tab(world), email_address=None, username="somebody")


async def test_a_listed_number_or_a_blocked_one_decides_too(world):
    await world.configure(
        attributes={
            "phone_number": {"is_enabled": True, "is_verified_at_sign_up": False},
            "email_address": {"is_required": False},
        }
    )
    await lists(world, allow=["+1 415 555 0123"])
    done = await begin(Tab(world), email_address=None, phone_number=NUMBER)
    assert done.view.sign_up.status is SignUpStatus.COMPLETE
    await world.configure(restrictions={"has_allowlist": False, "has_blocklist": True})
    await world.call(None, operations.block, identifier="+14155550124")
    with pytest.raises(IdentifierNotAllowed):
        await begin(Tab(world), phone_number="+14155550124")


async def test_who_is_blocked_while_the_code_is_under_way_does_not_come_in(world):
    tab = Tab(world)
    begun = await begin(tab)
    await lists(world, block=[ADDRESS])
    with pytest.raises(IdentifierNotAllowed):
        await finish(tab, begun.view.sign_up.id)
    assert not await world.events("user.created")


@pytest.mark.parametrize("mode", [SignUpMode.PUBLIC, SignUpMode.RESTRICTED])
async def test_who_was_invited_comes_in_and_is_listed_from_then_on(world, mode):
    await world.configure(sign_up={"mode": mode.value})
    await lists(world, allow=["else@else.test"])
    made = await world.call(None, invitations.create, invitation=NewInvitation(ADDRESS))
    ticket = parse_qs(urlsplit(made.url).query)["__clerk_ticket"][0]
    tab = Tab(world)
    given = GivenFields(strategy="ticket", ticket=ticket, password=PASSWORD)
    done = await tab.call(sign_ups.create, given=given)
    assert done.view.sign_up.status is SignUpStatus.COMPLETE
    found = await world.call(None, operations.search, list_name=ListName.ALLOW, search=Search())
    assert [each.identifier for each in found.items] == [ADDRESS, "else@else.test"]
    world.people["new"] = done.view.sign_up.created_user_id
    assert await sign_in(world, "new")


async def test_who_was_invited_and_is_blocked_does_not_come_in(world):
    made = await world.call(None, invitations.create, invitation=NewInvitation(ADDRESS))
    await lists(world, block=[ADDRESS])
    ticket = parse_qs(urlsplit(made.url).query)["__clerk_ticket"][0]
    given = GivenFields(strategy="ticket", ticket=ticket, password=PASSWORD)
    with pytest.raises(IdentifierNotAllowed):
        await Tab(world).call(sign_ups.create, given=given)


async def test_who_is_blocked_does_not_wait_and_who_is_not_listed_may(world):
    await world.configure(sign_up={"mode": "waitlist"})
    await lists(world, allow=["else@else.test"], block=["ben@acme.test"])
    anybody = Actor(ActorKind.BROWSER, world.instance_id)
    assert await world.call(anybody, waitlist.join, email_address="new@acme.test")
    with pytest.raises(IdentifierNotAllowed):
        await world.call(anybody, waitlist.join, email_address="ben@acme.test")
