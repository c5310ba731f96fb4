"""The handshake: how a browser tells an app's server whether it is signed in."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.grants.queries import CLEAR_HANDSHAKES
from charter.core.keys.claimed import claimed_header, claimed_payload
from charter.core.keys.lookup import lookup
from charter.core.later import EXPIRED
from charter.core.sessions import operations as sessions
from charter.core.sessions.cookies import suffix
from charter.core.sessions.handshaking import (
    NonceInvalid,
    handshake,
    send_on,
    take_handshake,
)
from charter.core.users import restrictions
from charter.kernel.errors import MissingInput
from tests.flows import Tab, directives_of
from tests.world import all_at_once, later

PAGE = "http://app.test/dashboard?tab=1#top"


async def nonce_of(tab, **arguments):
    back = await tab.call(handshake, redirect_url=PAGE, format="nonce", **arguments)
    return parse_qs(urlsplit(back.location).query)["__clerk_handshake_nonce"][0]


async def taken(tab, **arguments):
    nonce = await nonce_of(tab, **arguments)
    found = await tab.world.call(None, take_handshake, nonce=nonce)
    return directives_of(found.directives)


async def suffix_of(world):
    return suffix(await lookup(world.platform).instance(world.instance_id))


async def test_a_signed_in_browser_brings_a_session_token_for_the_pages_origin(world):
    tab = Tab(world)
    session_id = await tab.sign_in("ann")
    found = await taken(tab)
    own = await suffix_of(world)
    claims = claimed_payload(found["__session"])
    assert found[f"__session_{own}"] == found["__session"]
    assert (claims["sid"], claims["azp"]) == (session_id, "http://app.test")
    assert int(found["__client_uat"]) == int(found[f"__client_uat_{own}"]) <= claims["iat"]
    assert found["__clerk_db_jwt"] == found[f"__clerk_db_jwt_{own}"]


async def test_a_stranger_is_definitely_signed_out(world):
    found = await taken(Tab(world))
    assert (found["__session"], found["__client_uat"]) == ("", "0")
    assert found["__clerk_db_jwt"].startswith("dvb_")


async def test_a_browser_whose_token_nobody_knows_is_signed_out(world):
    found = await taken(Tab(world, "ct_unknown"))
    assert (found["__session"], found["__client_uat"]) == ("", "0")


async def test_a_session_that_has_ended_signs_nobody_in(world):
    tab = Tab(world)
    session_id = await tab.sign_in("ann")
    await world.call(None, sessions.revoke, session_id=session_id)
    assert (await taken(tab))["__session"] == ""


async def test_a_banned_person_is_signed_out(world):
    tab = Tab(world)
    await tab.sign_in("ann")
    await world.call(None, restrictions.ban, user_id="ann")
    assert (await taken(tab))["__client_uat"] == "0"


async def test_the_name_that_the_apps_pages_gave_the_browser_is_kept(world):
    first = await taken(Tab(world))
    again = await taken(Tab(world), dev_browser=first["__clerk_db_jwt"])
    forged = await taken(Tab(world), dev_browser="x; Domain=evil.test")
    assert again["__clerk_db_jwt"] == first["__clerk_db_jwt"]
    assert forged["__clerk_db_jwt"].startswith("dvb_")


async def test_the_page_is_gone_back_to_with_its_own_parameters(world):
    back = await Tab(world).call(handshake, redirect_url=PAGE, format="nonce")
    assert back.location.startswith("http://app.test/dashboard?tab=1&__clerk_handshake_nonce=")
    assert back.location.endswith("#top")


async def test_the_organization_that_is_asked_for_becomes_active(world):
    tab = Tab(world)
    session_id = await tab.sign_in("ann")
    acme = await world.organization(owner="ann", slug="acme")
    by_slug = claimed_payload((await taken(tab, organization_id="acme"))["__session"])
    stored = await world.call(None, sessions.get, session_id=session_id)
    personal = claimed_payload((await taken(tab, organization_id=""))["__session"])
    by_id = claimed_payload((await taken(tab, organization_id=acme.id))["__session"])
    assert by_slug["o"]["id"] == by_id["o"]["id"] == stored.last_active_organization_id == acme.id
    assert "o" not in personal


async def test_an_organization_of_others_changes_nothing(world):
    tab = Tab(world)
    await tab.sign_in("ann")
    mine = await world.organization(owner="ann")
    theirs = await world.organization("Other", owner="ben")
    await taken(tab, organization_id=mine.id)
    for name in (theirs.id, "nothing"):
        claims = claimed_payload((await taken(tab, organization_id=name))["__session"])
        assert claims["o"]["id"] == mine.id


@pytest.mark.security("O3")
async def test_a_nonce_is_taken_once(world):
    # Many at once open the connections that many takers at once need.
    nonce, *_others = await all_at_once(*(nonce_of(Tab(world)) for _ in range(40)))
    results = await all_at_once(*(world.call(None, take_handshake, nonce=nonce) for _ in range(40)))
    assert sum(isinstance(each, NonceInvalid) for each in results) == 39
    with pytest.raises(NonceInvalid):
        await world.call(None, take_handshake, nonce=nonce)


async def test_a_nonce_of_another_instance_is_none(world, other_world):
    nonce = await nonce_of(Tab(world))
    with pytest.raises(NonceInvalid):
        await other_world.call(None, take_handshake, nonce=nonce)


async def test_a_nonce_holds_for_a_minute(world):
    nonce = await nonce_of(Tab(world))
    with pytest.raises(NonceInvalid):
        await world.call(
            None, take_handshake, platform=later(world.platform, minutes=2), nonce=nonce
        )


async def test_nothing_of_the_session_token_lies_open_or_stays(world):
    tab = Tab(world)
    await tab.sign_in("ann")
    nonce = await nonce_of(tab)
    query = "SELECT facts::text FROM grants WHERE instance_id = $1 AND purpose = 'handshake'"
    before = await world.sql(query, world.instance_id)
    await world.call(None, take_handshake, nonce=nonce)
    assert "eyJ" not in before[0]["facts"]
    assert nonce not in before[0]["facts"]
    assert await world.sql(query, world.instance_id) == []


async def test_what_nobody_fetched_is_cleared_once_it_has_expired(world):
    await nonce_of(Tab(world))
    ages = dict(EXPIRED)
    db = world.platform.database.writing("")
    too_early = await db.run(CLEAR_HANDSHAKES, before=datetime.now(UTC) - timedelta(minutes=1))
    cleared = await db.run(CLEAR_HANDSHAKES, before=datetime.now(UTC) + timedelta(minutes=2))
    await db.end(commit=False)
    assert (too_early, cleared >= 1, ages[CLEAR_HANDSHAKES]) == (0, True, timedelta())


async def test_the_other_form_is_a_token_signed_by_the_instance(world):
    tab = Tab(world)
    await tab.sign_in("ann")
    back = await tab.call(handshake, redirect_url=PAGE)
    token = parse_qs(urlsplit(back.location).query)["__clerk_handshake"][0]
    found = directives_of(claimed_payload(token)["handshake"])
    assert claimed_header(token)["kid"].startswith(world.instance_id)
    assert claimed_payload(found["__session"])["sub"] == world.people["ann"]


@pytest.mark.security("J8")
async def test_the_browser_is_sent_to_allowed_pages_alone(world):
    for url in ("http://evil.test/", "http://app.test@evil.test", "javascript:alert(1)"):
        with pytest.raises(ReturnUrlNotAllowed):
            await Tab(world).call(handshake, redirect_url=url, format="nonce")
        with pytest.raises(ReturnUrlNotAllowed):
            await Tab(world).call(send_on, redirect_url=url)
    with pytest.raises(MissingInput):
        await Tab(world).call(handshake, format="nonce")


async def test_a_browser_that_renews_its_cookie_goes_on_to_the_app(world):
    assert (await Tab(world).call(send_on, redirect_url=PAGE)).location == PAGE
    assert (await Tab(world).call(send_on)).location == "http://app.test/"
