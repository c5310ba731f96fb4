"""Claims that an app adds to session tokens, wherever they are made."""

import pytest

from charter.core.clients import state
from charter.core.instances import configuring
from charter.core.jwt_templates.shortcodes import ShortcodeInvalid
from charter.core.memberships import operations as memberships
from charter.core.sessions import browsing
from charter.core.sessions import operations as sessions
from charter.core.sessions.claims import RESERVED, ClaimReserved, ClaimsTooLarge
from charter.core.sessions.refusals import RefreshRefused
from charter.core.users import operations as users
from charter.core.users.model import MetadataPatch, UserPatch
from charter.kernel.errors import InvalidInput, TooLarge
from tests.asked import asked_meanwhile
from tests.core.sessions.reading import claims_of
from tests.core.sessions.refreshes import Browser
from tests.core.sessions.test_handshake import taken
from tests.flows import Tab

TEMPLATE = {
    "plan": "{{user.public_metadata.plan || 'free'}}",
    "name": "{{user.first_name}} of {{org.name}}",
    "where": {"role": "{{org_membership.role}}", "all": "{{user.organizations}}"},
    "fixed": [1, "two"],
    "actor": "{{session.actor}}",
}


@pytest.fixture
async def world(world):
    await world.user("ann", first_name="Ann", public_metadata={"plan": "gold"})
    await world.configure(session_token_template=TEMPLATE)
    return world


async def mint(world, session):
    return claims_of((await world.call(None, sessions.create_token, session_id=session.id)).jwt)


def own(claims):
    return {name: claims[name] for name in TEMPLATE}


PLAIN = {
    "plan": "gold",
    "name": "Ann of null",
    "where": {"role": None, "all": {}},
    "fixed": [1, "two"],
    "actor": None,
}


async def test_a_token_carries_the_claims_beside_its_own(world):
    session = await world.session("ann")
    claims = await mint(world, session)
    assert own(claims) == PLAIN
    assert (claims["sub"], claims["sid"], claims["v"]) == (world.people["ann"], session.id, 2)


async def test_a_token_tells_of_the_organization_it_is_active_in(world):
    acme = await world.organization("Acme", owner="ann")
    beta = await world.organization("Beta", owner="ben")
    await world.member(beta, "ann")
    claims = await mint(world, await world.session("ann", acme))
    assert claims["name"] == "Ann of Acme"
    everywhere = {acme.id: "org:admin", beta.id: "org:member"}
    assert claims["where"] == {"role": "org:admin", "all": everywhere}
    claims = await mint(world, await world.session("ann"))
    assert claims["where"] == {"role": None, "all": everywhere}


async def test_nothing_is_told_of_organizations_that_one_left_or_that_are_closed(world):
    acme = await world.organization("Acme", owner=["ben", "ann"])
    session = await world.session("ann", acme)
    await world.call(None, memberships.remove, organization_id=acme.id, user_id=world.people["ann"])
    assert own(await mint(world, session)) == PLAIN
    beta = await world.organization("Beta", owner="ann")
    session = await world.session("ann", beta)
    await world.sql("UPDATE organizations SET status = 'closed' WHERE id = $1", beta.id)
    assert own(await mint(world, session)) == PLAIN


async def test_a_change_of_the_person_is_told_by_the_next_token(world):
    session = await world.session("ann")
    await world.call(None, users.update, user_id="ann", patch=UserPatch(first_name="Anna"))
    await world.call(
        None,
        users.merge_metadata,
        user_id="ann",
        patch=MetadataPatch(public_metadata={"plan": None}),
    )
    claims = await mint(world, session)
    assert (claims["plan"], claims["name"]) == ("free", "Anna of null")


async def test_a_refreshed_token_and_one_of_a_handshake_carry_them_too(world):
    browser = await Browser.of(world)
    assert own(claims_of((await browser.refresh()).jwt)) == PLAIN
    tab = Tab(world)
    await tab.sign_in("ben")
    assert claims_of((await taken(tab))["__session"])["plan"] == "free"


async def test_a_browser_s_tokens_carry_them_at_no_more_statements(world):
    tab = Tab(world)
    session_id = await tab.sign_in("ben")
    acme = await world.organization("Acme", owner="ben")
    with asked_meanwhile() as asked:
        token = await tab.call(browsing.mint_own, session_id=session_id)
    assert claims_of(token.jwt)["plan"] == "free"
    assert len(asked) == 1, asked
    with asked_meanwhile() as asked:
        token = await tab.call(browsing.mint_own, session_id=session_id, organization_id=acme.id)
    assert claims_of(token.jwt)["name"] == "null of Acme"
    assert len(asked) == 1, asked
    with asked_meanwhile() as asked:
        found = await tab.call(state.get_own)
    assert claims_of(found.tokens[session_id])["where"]["all"] == {acme.id: "org:admin"}
    await world.configure(session_token_template=dict.fromkeys(TEMPLATE))
    with asked_meanwhile() as asked_without:
        found = await tab.call(state.get_own)
    assert "plan" not in claims_of(found.tokens[session_id])
    assert len(asked_without) == len(asked)


@pytest.mark.security("D5")
@pytest.mark.parametrize("name", sorted(RESERVED))
async def test_no_template_takes_a_claim_of_ours(world, name):
    with pytest.raises(ClaimReserved):
        await world.configure(session_token_template={name: "other"})


@pytest.mark.parametrize(
    ("template", "refusal"),
    [
        ({"a": "{{user.id"}, ShortcodeInvalid),
        ({"a": "{{}}"}, ShortcodeInvalid),
        ({"aud": 1}, InvalidInput),
        ({"aud": ["a", 1]}, InvalidInput),
        ({"a": "x" * 2100}, TooLarge),
        ({"a": "ß" * 850}, ClaimsTooLarge),
        ("text", InvalidInput),
    ],
)
async def test_a_template_by_which_no_token_could_be_made_is_refused(world, template, refusal):
    with pytest.raises(refusal):
        await world.call(None, configuring.configure, changes={"session_token_template": template})
    assert own(await mint(world, await world.session("ann"))) == PLAIN


@pytest.mark.security("D5")
async def test_a_token_that_no_cookie_holds_is_not_made(world):
    browser = await Browser.of(world)
    tab = Tab(world)
    session_id = await tab.sign_in("ben")
    for name in ("ann", "ben"):
        much = MetadataPatch(public_metadata={"plan": "x" * 5000})
        await world.call(None, users.merge_metadata, user_id=name, patch=much)
    with pytest.raises(ClaimsTooLarge):
        await mint(world, browser.session)
    with pytest.raises(RefreshRefused):
        await browser.refresh()
    with pytest.raises(ClaimsTooLarge):
        await tab.call(browsing.mint_own, session_id=session_id)
    found = await tab.call(state.get_own)
    assert found.tokens == {}
    assert [each.id for each in found.sessions] == [session_id]
    answers = await taken(tab)
    assert (answers["__session"], answers["__client_uat"]) == ("", "0")


async def test_an_audience_that_turns_out_not_to_be_text_is_left_out(world):
    await world.configure(session_token_template={"aud": "{{user.public_metadata.aud}}"})
    session = await world.session("ann")
    assert "aud" not in await mint(world, session)
    patch = MetadataPatch(public_metadata={"aud": "https://api.test"})
    await world.call(None, users.merge_metadata, user_id="ann", patch=patch)
    assert (await mint(world, session))["aud"] == "https://api.test"


async def test_claims_of_one_instance_are_none_of_another_s(world, other_world):
    claims = await mint(other_world, await other_world.session("ann"))
    assert not claims.keys() & TEMPLATE.keys()


async def test_claims_come_into_tokens_over_the_wire(world):
    browser = world.browser()
    await browser.sign_in("cleo")
    assert claims_of(await browser.token())["plan"] == "free"
    shown = await browser.state()
    assert claims_of(shown["sessions"][0]["last_active_token"]["jwt"])["plan"] == "free"
    await browser.close()
