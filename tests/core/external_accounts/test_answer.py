"""What comes back from a provider: answers nobody waits for, and answers that do not hold."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.checks.model import CheckStatus
from charter.core.external_accounts import callback
from charter.core.external_accounts.model import CallbackInvalid
from charter.core.identity_providers import operations as identity_providers
from charter.core.identity_providers.model import IdentityProviderPatch
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import SignInStatus
from charter.core.sign_ups import operations as sign_ups
from tests.elsewhere import STRATEGY, add, begin_sign_in, begin_sign_up, come_back
from tests.flows import Tab
from tests.providing import CLIENT_ID
from tests.world import all_at_once, later


async def check_of(tab, sign_in):
    """The first factor of a sign-in as it is now."""
    return (await tab.call(sign_ins.get, sign_in_id=sign_in.id)).sign_in.first_check


async def failure(world, provider):
    """The error of a sign-in whose provider lies, which has to have failed."""
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    returned = await come_back(tab, provider, begun.first_check)
    assert returned.client_token is None
    check = await check_of(tab, begun)
    assert check.status is CheckStatus.FAILED
    return check.error["code"]


@pytest.mark.security("F5")
async def test_every_question_is_new_and_bound(world, provider):
    await add(world, provider)
    asked = []
    for _ in range(2):
        begun = await begin_sign_in(Tab(world))
        url = urlsplit(begun.first_check.redirect_url)
        asked.append({name: values[0] for name, values in parse_qs(url.query).items()})
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name]) >= 22
    assert asked[0]["code_challenge_method"] == "S256"
    assert asked[0]["client_id"] == CLIENT_ID
    assert asked[0]["redirect_uri"].endswith(f"/i/{world.instance_id}/v1/oauth_callback")


@pytest.mark.security("F5")
async def test_the_verifier_is_what_the_challenge_was_made_of(world, provider):
    await add(world, provider)
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    query = parse_qs(urlsplit(begun.first_check.redirect_url).query)
    await come_back(tab, provider, begun.first_check)
    digest = hashlib.sha256(provider.exchanged[0]["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == query["code_challenge"][0]


@pytest.mark.security("F5")
async def test_an_answer_counts_once(world, provider):
    await add(world, provider)
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    brought = await provider.visit(begun.first_check.redirect_url)
    await tab.call(callback.answer, **brought)
    with pytest.raises(CallbackInvalid):
        await tab.call(callback.answer, **brought)


@pytest.mark.security("F5")
async def test_of_two_same_answers_at_once_one_counts(world, provider):
    await add(world, provider)
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    brought = await provider.visit(begun.first_check.redirect_url)
    results = await all_at_once(*(tab.call(callback.answer, **brought) for _ in range(3)))
    assert sum(isinstance(result, CallbackInvalid) for result in results) == 2
    assert len(provider.exchanged) == 1


@pytest.mark.security("F5")
async def test_an_answer_counts_in_its_own_browser_alone(world, provider):
    await add(world, provider)
    tab, victim = Tab(world), Tab(world)
    begun = await begin_sign_in(tab)
    await begin_sign_in(victim)
    brought = await provider.visit(begun.first_check.redirect_url)
    with pytest.raises(CallbackInvalid):
        await victim.call(callback.answer, **brought)
    with pytest.raises(CallbackInvalid):
        await Tab(world).call(callback.answer, **brought)
    assert provider.exchanged == []


@pytest.mark.security("F5")
async def test_an_answer_counts_for_the_question_it_was_given_to(world, provider):
    await add(world, provider)
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    other = await provider.visit(begun.first_check.redirect_url)
    second = await begin_sign_up(tab)
    brought = await provider.visit(second.external_check.redirect_url)
    # The code of one question, with the state of another.
    await tab.call(callback.answer, state=brought["state"], code=other["code"])
    found = (await tab.call(sign_ups.get, sign_up_id=second.id)).sign_up
    assert found.external_check.status is CheckStatus.FAILED


@pytest.mark.security("F5")
async def test_a_newer_question_ends_the_one_before(world, provider):
    await add(world, provider)
    tab = Tab(world)
    first = await begin_sign_in(tab)
    await begin_sign_in(tab)
    with pytest.raises(CallbackInvalid):
        await come_back(tab, provider, first.first_check)


@pytest.mark.security("F5")
async def test_an_answer_that_comes_too_late_does_not_count(world, provider):
    await add(world, provider)
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    brought = await provider.visit(begun.first_check.redirect_url)
    slow = later(world.platform, minutes=11)
    with pytest.raises(CallbackInvalid):
        await world.call(tab.actor, callback.answer, platform=slow, **brought)


@pytest.mark.security("F5")
@pytest.mark.parametrize("state", [None, "", "x", "x" * 5000])
async def test_an_answer_without_a_state_of_ours_does_not_count(world, provider, state):
    await add(world, provider)
    tab = Tab(world)
    await begin_sign_in(tab)
    with pytest.raises(CallbackInvalid):
        await tab.call(callback.answer, state=state, code="code")


@pytest.mark.security("F5")
@pytest.mark.parametrize("what", ["disabled", "deleted", "replaced"])
async def test_a_provider_that_is_gone_meanwhile_ends_the_flow(world, provider, what):
    await add(world, provider)
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    if what == "disabled":
        patch = IdentityProviderPatch(is_enabled=False)
        await world.call(None, identity_providers.update, strategy=STRATEGY, patch=patch)
    else:
        await world.call(None, identity_providers.delete, strategy=STRATEGY)
    if what == "replaced":
        await add(world, provider)
    await come_back(tab, provider, begun.first_check)
    assert (await check_of(tab, begun)).error["code"] == "provider_not_enabled"
    assert provider.exchanged == []


async def test_who_says_no_at_the_provider_is_told_so(world, provider):
    await add(world, provider)
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    brought = await provider.visit(begun.first_check.redirect_url)
    returned = await tab.call(callback.answer, state=brought["state"], error="access_denied")
    assert returned.location == "http://app.test/sso-callback"
    check = await check_of(tab, begun)
    assert (check.status, check.error["code"]) == (CheckStatus.FAILED, "access_denied")


async def test_a_code_that_the_provider_refuses_fails(world, provider):
    await add(world, provider, client_secret="another one")  # a wrong one
    assert await failure(world, provider) == "token_exchange_failed"


@pytest.mark.security("F5")
@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another browser's"},
        {"nonce": None},
        {"iss": "https://accounts.other.test"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": ["another client", CLIENT_ID]},
        {"aud": [CLIENT_ID, "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"exp": 1},
        {"exp": None},
        {"exp": "9999999999"},
        {"iat": 9999999999},
        {"nbf": 9999999999},
        {"sub": None},
        {"sub": ""},
        {"sub": ["ann-there"]},
        {"sub": "x" * 256},
    ],
)
async def test_a_token_with_a_wrong_claim_proves_nothing(world, provider, claims):
    await add(world, provider)
    provider.lies.claims = claims
    assert await failure(world, provider) == "profile_failed"


@pytest.mark.security("F5")
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_that_is_not_signed_with_a_published_key_proves_nothing(
    world, provider, algorithm
):
    await add(world, provider)
    provider.lies.algorithm = algorithm
    assert await failure(world, provider) == "profile_failed"


@pytest.mark.security("F5")
async def test_a_token_signed_by_somebody_else_proves_nothing(world, provider):
    await add(world, provider)
    provider.lies.has_forged_key = True
    assert await failure(world, provider) == "profile_failed"


@pytest.mark.security("F5")
@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt"])
async def test_a_token_of_another_kind_proves_nothing(world, provider, typ):
    await add(world, provider)
    provider.lies.header = {"typ": typ}
    assert await failure(world, provider) == "profile_failed"


async def test_a_profile_of_somebody_else_proves_nothing(world, provider):
    await add(world, provider)
    provider.lies.claims = {"email": None}
    provider.lies.profile = {"sub": "ben-there"}
    assert await failure(world, provider) == "profile_failed"


async def test_a_new_key_of_the_provider_is_fetched_when_it_is_used(world, provider):
    await add(world, provider)
    await begin_sign_in(Tab(world))
    provider.key = "next"
    tab = Tab(world)
    begun = await begin_sign_in(tab)
    await come_back(tab, provider, begun.first_check)
    found = (await tab.call(sign_ins.get, sign_in_id=begun.id)).sign_in
    assert found.status is SignInStatus.NEEDS_IDENTIFIER
    assert found.first_check.status is CheckStatus.TRANSFERABLE


async def test_an_answer_by_form_is_sent_round_as_an_address(world):
    sent = await Tab(world).call(callback.turn_to_get, state="s", code="c d", user='{"a": 1}')
    parts = urlsplit(sent.location)
    assert parts.path.endswith("/v1/oauth_callback")
    assert parse_qs(parts.query) == {"state": ["s"], "code": ["c d"], "user": ['{"a": 1}']}
