"""Letting an application in, by forms alone; and taking that back."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.oauth_authorizations import operations
from charter.core.oauth_authorizations.model import OauthTokenNotFound
from tests.consenting import CALLBACK, STATE, program

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"


@pytest.fixture
async def planner(world):
    return await program(world)


@pytest.fixture
async def ann(world, visitor):
    """Ann, who is signed in."""
    made = await world.user("ann", email=ANN, password=PASSWORD, first_name="Ann")
    await visitor.sign_in(ANN, PASSWORD)
    return made


def onward(page) -> str:
    """Where a page leads on to by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.html)
    assert found is not None, page.text
    return unescape(found[1])


def carried(url) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def test_a_stranger_is_led_to_the_sign_in_and_back_to_the_request(visitor, planner):
    page = await visitor.open("oauth-consent", **planner.asking())
    assert page.path == "sign-in"
    back = carried(str(page.response.url))["redirect_url"]
    assert carried(back)["state"] == STATE
    assert urlsplit(back).path.endswith("/oauth/authorize")


@pytest.mark.security("E11")
async def test_the_page_says_who_asks_for_what_and_as_whom(visitor, planner, ann):
    page = await visitor.open("oauth-consent", **planner.asking(scope="email profile"))
    for text in ("Let Planner in?", "Ann", ANN, "See your email address", "https://client.test"):
        assert text in page.text, text
    assert "privately" not in page.text
    headers = page.response.headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "form-action 'self'" in headers["content-security-policy"]


async def test_a_yes_leads_back_with_a_code_that_is_good(world, visitor, planner, ann):
    await visitor.open("oauth-consent", **planner.asking(scope="email"))
    page = await visitor.send("oauth-consent", do="allow")
    url = onward(page)
    assert url.startswith(CALLBACK + "?")
    assert carried(url)["state"] == STATE
    tokens = await planner.trade(carried(url)["code"])
    found = await world.call(None, operations.verify, access_token=tokens.access_token)
    assert (found.user_id, found.scopes) == (ann.id, ("email",))


async def test_a_no_leads_back_without_one(visitor, planner, ann):
    await visitor.open("oauth-consent", **planner.asking())
    found = carried(onward(await visitor.send("oauth-consent", do="deny")))
    assert (found["error"], "code" in found) == ("access_denied", False)


async def test_an_answer_may_be_posted_and_to_that_site_alone(visitor, planner, ann):
    await visitor.open("oauth-consent", **planner.asking(response_mode="form_post"))
    page = await visitor.send("oauth-consent", do="allow")
    form = page.form()
    assert form.action == CALLBACK
    assert set(form.values) == {"code", "state", "iss"}
    policy = page.response.headers["content-security-policy"]
    assert "form-action 'self' https://client.test;" in policy


@pytest.mark.security("E1")
@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"redirect_uri": "https://evil.test/"}, "has not registered"),
        ({"client_id": "nobody"}, "no such application"),
    ],
)
async def test_what_nobody_registered_is_shown_and_leads_nowhere(visitor, planner, ann, more, text):
    page = await visitor.open("oauth-consent", **planner.asking(**more))
    assert page.status == 400
    assert text in page.text
    assert not [link for link in page.read.links if link.startswith("https://evil.test")]
    assert not page.read.forms


async def test_what_cannot_be_asked_for_leads_back_with_the_reason(visitor, planner, ann):
    page = await visitor.open("oauth-consent", **planner.asking(scope="admin"))
    assert carried(onward(page))["error"] == "invalid_scope"


async def test_the_request_survives_another_language(visitor, planner, ann):
    page = await visitor.open("oauth-consent", **planner.asking())
    german = next(link for link in page.read.links if "locale=de" in link)
    page = await visitor._go(german)
    assert "Planner zulassen?" in page.text
    assert "code" in carried(onward(await visitor.send("oauth-consent", do="allow")))


async def test_an_organization_is_chosen_among_ones_own(world, visitor, planner, ann):
    acme = await world.organization("Acme", owner="ann")
    await world.organization("Globex", owner="ben")
    page = await visitor.open("oauth-consent", **planner.asking(scope="user:org:read"))
    assert "Globex" not in page.text
    page = await visitor.send("oauth-consent", do="allow", organization_id=acme.id)
    tokens = await planner.trade(carried(onward(page))["code"])
    found = await world.call(None, operations.verify, access_token=tokens.access_token)
    assert found.organization_id == acme.id


@pytest.mark.security("E11")
async def test_an_application_is_listed_in_the_profile_and_taken_out(world, visitor, planner, ann):
    await visitor.open("oauth-consent", **planner.asking())
    code = carried(onward(await visitor.send("oauth-consent", do="allow")))["code"]
    tokens = await planner.trade(code)
    page = await visitor.open("profile/applications")
    assert "Planner" in page.text
    page = await visitor.send("profile/applications", {"application_id": planner.id})
    assert "lost its access" in page.text
    assert "Planner" not in page.text
    with pytest.raises(OauthTokenNotFound):
        await world.call(None, operations.verify, access_token=tokens.access_token)


async def test_an_application_that_registered_itself_is_not_vouched_for(world, visitor, ann):
    made = await program(world)
    await world.sql(
        "UPDATE oauth_applications SET is_dynamically_registered = true WHERE id = $1", made.id
    )
    page = await visitor.open("oauth-consent", **made.asking())
    assert "nobody vouches" in page.text
