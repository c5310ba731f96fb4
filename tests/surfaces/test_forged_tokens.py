"""Every forged token at every door that takes one."""

import contextlib

import pytest

from charter.core.acting import session_actor
from charter.core.keys.lookup import lookup
from charter.core.sessions import operations as sessions
from charter.kernel.errors import Unauthenticated
from tests.core.sessions.reading import claims_of, header_of
from tests.core.sessions.refreshes import ORIGIN, Browser
from tests.kernel.forgeries import forgeries
from tests.kernel.forging import Genuine

RPC = "/rpc/v1/organizations/members/remove"


async def genuine_of(world, token):
    keys = await lookup(world.platform).signing_keys(world.instance_id)
    return Genuine(keys.active, header_of(token), claims_of(token))


def sendable(token):
    """Whether a header can carry the token as it is."""
    return token.isascii() and token.isprintable() and " " not in token and len(token) < 50_000


@pytest.mark.security("D1")
@pytest.mark.security("D2")
async def test_no_forgery_acts_for_anybody(world, http):
    token = await world.token("ann")
    corpus = forgeries(await genuine_of(world, token))
    assert len(corpus) > 200
    accepted, sent = [], 0
    for name, forgery, _ in corpus:
        with contextlib.suppress(Unauthenticated):
            accepted.append((name, await session_actor(world.platform, forgery)))
        if sendable(forgery):
            sent += 1
            answer = await http.post(RPC, headers={"authorization": f"Bearer {forgery}"})
            if answer.status_code != 401:
                accepted.append((name, answer.text))
    assert accepted == []
    assert sent > 180
    assert (await session_actor(world.platform, token)).user_id == world.people["ann"]
    answer = await http.post(RPC, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 400


@pytest.mark.security("D1")
@pytest.mark.security("D2")
async def test_no_forgery_stands_for_a_client(world):
    token = await world.token("ann")
    accepted = []
    for name, forgery, _ in forgeries(await genuine_of(world, token)):
        answer = await world.post("/clients/verify", {"token": forgery})
        if answer.status_code not in (400, 422):
            accepted.append((name, answer.status_code, answer.text))
    assert accepted == []
    assert (await world.post("/clients/verify", {"token": token})).status_code == 200


@pytest.mark.security("D1")
@pytest.mark.security("D2")
async def test_no_forgery_is_traded_for_a_token(world):
    browser = await Browser.of(world)
    token = browser.signed()
    path = f"/sessions/{browser.session.id}/refresh"
    body = {"refresh_token": browser.token, "request_origin": ORIGIN}
    accepted = []
    for name, forgery, reason in forgeries(await genuine_of(world, token)):
        if reason == "expired":
            continue  # at this door that is what a token has to be
        answer = await world.post(path, {**body, "expired_token": forgery})
        if answer.status_code not in (401, 422):
            accepted.append((name, answer.status_code, answer.text))
    assert accepted == []
    answer = await world.post(path, {**body, "expired_token": token})
    assert answer.status_code == 200


@pytest.mark.security("D1")
async def test_a_token_of_another_instance_opens_nothing_here(world, other_world):
    foreign = await other_world.token("ann")
    assert (await world.post("/clients/verify", {"token": foreign})).status_code == 400
    # Its key id says whose it is: it acts in its own instance, never in this one.
    actor = await session_actor(world.platform, foreign)
    assert actor.instance_id == other_world.instance_id
    keys = await lookup(world.platform).signing_keys(world.instance_id)
    renamed = Genuine(
        keys.active, {**header_of(foreign), "kid": world.instance_id}, claims_of(foreign)
    )
    with pytest.raises(Unauthenticated):
        await session_actor(world.platform, renamed.signed())


@pytest.mark.security("D1")
async def test_a_key_that_is_not_the_instances_signs_for_nobody(world):
    session = await world.session("ann")
    token = (await world.call(None, sessions.create_token, session_id=session.id)).jwt
    header = {**header_of(token), "kid": "ins_" + "0" * 27}
    stranger = Genuine((await genuine_of(world, token)).key, header, claims_of(token))
    with pytest.raises(Unauthenticated):
        await session_actor(world.platform, stranger.signed())
