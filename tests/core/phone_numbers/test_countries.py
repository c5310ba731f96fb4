"""Countries to which an instance sends no text message."""

import pytest

from charter.core.listed_identifiers import operations as lists
from charter.core.phone_numbers import codes, own
from charter.core.phone_numbers import operations as phone_numbers
from charter.core.phone_numbers.countries import CountryBlocked
from charter.core.reverifications import operations as reverifications
from charter.core.reverifications.model import Level
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn, Preparation
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields
from tests.flows import Tab
from tests.sent import sent

FRENCH, GERMAN, CANADIAN, AMERICAN = (
    "+33612345678",
    "+4915123456789",
    "+14165550199",
    "+12025557123",
)


@pytest.fixture(autouse=True)
async def in_use(world):
    """An instance that uses numbers, and writes to none in France and Canada."""
    await world.configure(
        attributes={"phone_number": {"is_enabled": True}},
        sign_in={"hides_unknown_identifiers": True},
    )
    await world.patch("/instance/communication", {"blocked_country_codes": ["FR", "CA"]})


async def asked_for(world, number):
    """Whether each way to a text message is open: to prove, to sign up, to sign in."""
    await world.user("ann")
    added = await world.call("ann", own.create, number=number)
    yield world.call(
        "ann", own.prepare_verification, phone_number_id=added.id, strategy="phone_code"
    )
    yield world.call(None, codes.prepare_verification, phone_number_id=added.id)
    tab = Tab(world)
    begun = await tab.call(sign_ups.create, given=GivenFields(phone_number=number))
    sign_up_id = begun.view.sign_up.id
    yield tab.call(sign_ups.prepare_verification, sign_up_id=sign_up_id, strategy="phone_code")


@pytest.mark.security("B11")
@pytest.mark.parametrize("number", [FRENCH, CANADIAN])
async def test_nothing_is_sent_to_a_country_that_is_blocked(world, number):
    async for asked in asked_for(world, number):
        with pytest.raises(CountryBlocked):
            await asked
    assert await sent(world, number) == []


@pytest.mark.parametrize("number", [GERMAN, AMERICAN])
async def test_what_is_sent_elsewhere_goes_on(world, number):
    async for asked in asked_for(world, number):
        await asked
    assert len(await sent(world, number)) == 3


@pytest.mark.security("B11")
async def test_a_stranger_s_number_is_refused_as_a_person_s_is(world):
    await world.user("ben", phone_numbers=[FRENCH])
    for number in (FRENCH, "+33698765432"):
        tab = Tab(world)
        begun = await tab.call(sign_ins.create, new=NewSignIn(identifier=number))
        with pytest.raises(CountryBlocked):
            await tab.call(
                sign_ins.prepare_first_factor,
                sign_in_id=begun.view.sign_in.id,
                given=Preparation(strategy="phone_code"),
            )
    tab = Tab(world)
    begun = await tab.call(sign_ins.create, new=NewSignIn(identifier="+4915199999999"))
    await tab.call(
        sign_ins.prepare_first_factor,
        sign_in_id=begun.view.sign_in.id,
        given=Preparation(strategy="phone_code"),
    )


async def test_who_is_asked_again_gets_no_text_message_there_either(world):
    tab = Tab(world)
    session_id = await tab.sign_in("ann")
    await world.call(
        None,
        phone_numbers.create,
        user_id=world.people["ann"],
        number=FRENCH,
        is_verified=True,
    )
    await tab.call(reverifications.start, session_id=session_id, level=Level.FIRST_FACTOR)
    with pytest.raises(CountryBlocked):
        await tab.call(
            reverifications.prepare_first_factor,
            session_id=session_id,
            given=Preparation(strategy="phone_code"),
        )


async def test_who_is_let_in_there_is_listed_and_hears_nothing(world):
    for number, messages in ((FRENCH, 0), (GERMAN, 1)):
        await world.call(None, lists.allow, identifier=number, notify=True)
        assert len(await sent(world, number)) == messages


async def test_the_refusal_has_its_own_word_on_both_doors(world):
    await world.user("ann")
    row = await world.call("ann", own.create, number=FRENCH)
    answer = await world.post(f"/phone_numbers/{row.id}/prepare_verification")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "unsupported_country_code"
    browser = world.browser()
    begun = await browser.post("/client/sign_ups", {"phone_number": FRENCH})
    path = f"/client/sign_ups/{begun.json()['response']['id']}/prepare_verification"
    answer = await browser.post(path, {"strategy": "phone_code"})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "unsupported_country_code"
    await browser.close()
