"""From what an application asks to its code: what a person has to do in between."""

import dataclasses

import pytest

from charter.core.oauth_applications.model import Registration
from charter.core.oauth_applications.registering import register
from charter.core.oauth_authorizations import authorizing, operations
from charter.core.oauth_authorizations.model import (
    Asked,
    ConsentAsked,
    ConsentScreenDisabled,
    Need,
    OauthConsentNotFound,
    OauthGrantInvalid,
    OauthRequestInvalid,
    OauthTokenNotFound,
    Sent,
    Waits,
)
from charter.core.sessions import operations as sessions
from charter.core.users import restrictions
from tests.consenting import CALLBACK, Program, present, program
from tests.world import all_at_once, later


async def authorize(world, made, who, *, platform=None, **more):
    asked = Asked(**made.asking(**more))
    return await world.call(who, authorizing.authorize, asked=asked, platform=platform)


async def decide(world, made, who, *, consented=True, organization_id=None, **more):
    return await world.call(
        who,
        authorizing.decide,
        asked=Asked(**made.asking(**more)),
        consented=consented,
        organization_id=organization_id,
    )


async def test_a_person_is_asked_once_and_again_for_more(world):
    planner, ann = await program(world), await present(world, "ann")
    found = await authorize(world, planner, ann, scope="email")
    assert isinstance(found, Waits)
    assert found.need is Need.CONSENT
    await decide(world, planner, ann, scope="email")
    assert "code" in (await authorize(world, planner, ann, scope="email")).parameters
    wider = await authorize(world, planner, ann, scope="email profile")
    assert wider.need is Need.CONSENT
    await decide(world, planner, ann, scope="profile")
    assert "code" in (await authorize(world, planner, ann, scope="email profile")).parameters
    again = await authorize(world, planner, ann, scope="email", prompt="consent")
    assert again.need is Need.CONSENT


@pytest.mark.security("E11")
async def test_what_one_person_agrees_to_says_nothing_of_another_or_of_another_program(world):
    planner, rival = await program(world), await program(world, "Rival")
    ann, ben = await present(world, "ann"), await present(world, "ben")
    await decide(world, planner, ann)
    for made, who in ((planner, ben), (rival, ann)):
        assert (await authorize(world, made, who)).need is Need.CONSENT


async def test_who_does_not_agree_gives_nothing(world):
    planner, ann = await program(world), await present(world, "ann")
    sent = await decide(world, planner, ann, consented=False)
    assert sent.parameters["error"] == "access_denied"
    assert (await authorize(world, planner, ann)).need is Need.CONSENT


async def test_an_application_of_the_app_itself_asks_nobody(world):
    own, ann = await program(world, is_consent_screen_enabled=False), await present(world, "ann")
    sent = await authorize(world, own, ann, prompt="consent")
    assert "code" in sent.parameters
    with pytest.raises(ConsentScreenDisabled):
        await decide(world, own, ann)


@pytest.mark.security("E10")
async def test_programs_that_anybody_could_be_ask_every_time(world):
    await world.configure(oauth_dynamic_client_registration=True)
    ann = await present(world, "ann")
    given = Registration(redirect_uris=[CALLBACK], client_name="Robot")
    made = await world.call(None, register, given=given)
    robot = Program(world, made.application.id, made.application.client_id, made.secret)
    native = await program(world, is_public=True, redirect_uris=["com.example.app://back"])
    hosted = await program(world, is_public=True)
    for each, more, is_asked in (
        (robot, {}, True),
        (native, {"redirect_uri": "com.example.app://back"}, True),
        (hosted, {}, False),
    ):
        await decide(world, each, ann, **more)
        found = await authorize(world, each, ann, **more)
        assert isinstance(found, Waits) is is_asked


@pytest.mark.parametrize(
    ("more", "need"), [({}, Need.SIGN_IN), ({"prompt": "login"}, Need.SIGN_IN)]
)
async def test_a_stranger_signs_in_first(world, more, need):
    planner = await program(world)
    nobody = dataclasses.replace(await present(world, "ann"), session_id="sess_none")
    found = await authorize(world, planner, nobody, **more)
    assert found.need is need
    assert found.asked.prompt is None
    assert (found.asked.authenticated_after is not None) is bool(more)


async def test_whose_session_was_ended_is_a_stranger(world):
    planner, ann = await program(world), await present(world, "ann")
    await decide(world, planner, ann)
    await world.call(None, sessions.revoke, session_id=ann.session_id)
    assert (await authorize(world, planner, ann)).need is Need.SIGN_IN


async def test_a_banned_person_is_a_stranger(world):
    planner, ann = await program(world), await present(world, "ann")
    await decide(world, planner, ann)
    await world.call(None, restrictions.ban, user_id="ann")
    assert (await authorize(world, planner, ann)).need is Need.SIGN_IN


@pytest.mark.parametrize("more", [{"prompt": "login"}, {"max_age": "60"}, {"max_age": "0"}])
async def test_who_has_to_show_anew_who_they_are_does_so_once(world, more):
    planner, ann = await program(world), await present(world, "ann")
    await decide(world, planner, ann)
    late = later(world.platform, minutes=5)
    found = await authorize(world, planner, ann, platform=late, **more)
    assert found.need is Need.CONFIRM
    still = await world.call(ann, authorizing.authorize, asked=found.asked, platform=late)
    assert still.need is Need.CONFIRM
    await world.sql(
        "UPDATE sessions SET second_factor_at = first_factor_at + interval '6 minutes'"
        " WHERE id = $1",
        ann.session_id,
    )
    latest = later(world.platform, minutes=7)
    sent = await world.call(ann, authorizing.authorize, asked=found.asked, platform=latest)
    assert "code" in sent.parameters


@pytest.mark.parametrize(
    ("more", "error"),
    [({}, "consent_required"), ({"max_age": "1"}, "login_required")],
)
async def test_where_nobody_is_to_be_asked_the_application_hears_why(world, more, error):
    planner, ann = await program(world), await present(world, "ann")
    late = later(world.platform, seconds=30)
    sent = await authorize(world, planner, ann, prompt="none", platform=late, **more)
    assert isinstance(sent, Sent)
    assert sent.parameters["error"] == error


async def test_who_acts_for_a_person_lets_nobody_in(world):
    planner, ann = await program(world), await present(world, "ann")
    await world.sql(
        "UPDATE sessions SET actor = $2 WHERE id = $1", ann.session_id, {"sub": "support"}
    )
    for sent in (await authorize(world, planner, ann), await decide(world, planner, ann)):
        assert sent.parameters["error"] == "access_denied"


async def test_a_token_is_about_an_organization_of_the_person_alone(world):
    planner = await program(world)
    acme, other = await world.organization("Acme"), await world.organization("Other", owner="ben")
    ann = await present(world, "ann", acme)
    wanted = "user:org:read profile"
    with pytest.raises(OauthRequestInvalid):
        await decide(world, planner, ann, organization_id=other.id, scope=wanted)
    tokens = await planner.tokens(ann, scope=wanted)
    found = await world.call(None, operations.describe_user, access_token=tokens.access_token)
    assert found.claims["org_id"] == acme.id
    without = await planner.tokens(ann, scope="profile")
    found = await world.call(None, operations.describe_user, access_token=without.access_token)
    assert "org_id" not in found.claims


@pytest.mark.security("E11")
async def test_a_consent_is_listed_and_withdrawn_with_all_that_came_of_it(world):
    planner, ann = await program(world), await present(world, "ann")
    tokens = await planner.tokens(ann)
    waiting = await planner.code(ann)
    (row,) = await world.call(ann, operations.search_own)
    assert (row.name, row.scopes) == ("Planner", ("profile", "email"))
    one = {"application_id": row.application_id}
    with pytest.raises(OauthConsentNotFound):
        await world.call(await present(world, "ben"), operations.withdraw_own, **one)
    await world.call(ann, operations.withdraw_own, **one)
    with pytest.raises(OauthTokenNotFound):
        await world.call(None, operations.verify, access_token=tokens.access_token)
    with pytest.raises(OauthGrantInvalid):
        await planner.trade(waiting)
    with pytest.raises(OauthGrantInvalid):
        await planner.refresh(tokens.refresh_token)
    assert await world.call(ann, operations.search_own) == ()
    assert (await authorize(world, planner, ann)).need is Need.CONSENT


@pytest.mark.security("E11")
async def test_of_a_withdrawal_and_a_trade_at_once_no_token_is_left(world):
    planner, ann = await program(world), await present(world, "ann")
    for _ in range(5):
        code = await planner.code(ann)
        gone = world.call(ann, operations.withdraw_own, application_id=planner.id)
        traded, withdrawn = await all_at_once(planner.trade(code), gone)
        assert not isinstance(withdrawn, Exception)
        if isinstance(traded, Exception):
            assert isinstance(traded, OauthGrantInvalid)
            continue
        with pytest.raises(OauthTokenNotFound):
            await world.call(None, operations.verify, access_token=traded.access_token)


@pytest.mark.security("E11")
async def test_a_code_for_more_than_is_still_agreed_to_is_worth_nothing(world):
    planner, ann = await program(world), await present(world, "ann")
    wide = await planner.code(ann, scope="email profile")
    await world.call(ann, operations.withdraw_own, application_id=planner.id)
    narrow = await planner.code(ann, scope="email")
    with pytest.raises(OauthGrantInvalid):
        await planner.trade(wide)
    assert (await planner.trade(narrow)).scopes == ("email",)


async def test_a_consent_given_several_times_at_once_is_one(world):
    planner, ann = await program(world), await present(world, "ann")
    scopes = ("email", "profile", "openid")
    results = await all_at_once(*(decide(world, planner, ann, scope=each) for each in scopes))
    assert all(isinstance(each, Sent) for each in results)
    (row,) = await world.call(ann, operations.search_own)
    assert sorted(row.scopes) == sorted(scopes)


async def test_what_is_to_be_agreed_to_is_described(world, other_world):
    planner, ann = await program(world), await present(world, "ann")
    asked = Asked(**planner.asking(scope="email"))
    found = await world.call(ann, authorizing.look_at_consent, asked=asked)
    assert isinstance(found, ConsentAsked)
    assert (found.scopes, found.redirect_uri) == (("email",), CALLBACK)
    described = await world.call(
        ann,
        authorizing.describe_consent,
        client_id=planner.client_id,
        scope="email admin",
        redirect_uri="https://evil.test/",
    )
    assert (described.scopes, described.redirect_uri) == (("email",), None)
