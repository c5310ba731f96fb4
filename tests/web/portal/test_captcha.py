"""The check that a person sits before the browser, on the pages that make accounts."""

import dataclasses

import httpx
import pytest

from charter.server import create_app
from tests.elsewhere import add
from tests.observing import observe
from tests.telling_people import PEOPLE, ROBOTS, telling_people
from tests.web.portal.test_social import go_there_and_back
from tests.web.portal.visitor import Visitor

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"
FIELDS = {"email_address": ANN, "password": PASSWORD}


@pytest.fixture
async def service():
    async with telling_people() as made:
        yield made


@pytest.fixture
async def visitor(world, settings, service):
    """A visitor of a server whose operator has the service, of an instance that asks it."""
    await world.configure(sign_up={"captcha_site_key": PEOPLE})
    platform = dataclasses.replace(world.platform, captcha=service.captcha)
    app = create_app(settings, platform=platform, observe=observe)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        yield Visitor(world, client)


def directive(page, name):
    policy = page.response.headers["content-security-policy"]
    return next(each.split()[1:] for each in policy.split("; ") if each.startswith(f"{name} "))


async def test_the_page_shows_the_check_of_the_instance_and_passes_its_token_on(visitor, service):
    page = await visitor.open("sign-up", locale="de")
    assert f'data-sitekey="{PEOPLE}"' in page.html
    assert f'data-captcha="{service.script_url}"' in page.html
    assert 'data-language="de"' in page.html
    good = service.token()
    page = await visitor.send("sign-up", **FIELDS, captcha_token=good)
    assert page.path == "sign-up/code"
    assert [form["response"] for form in service.sent] == [good]
    assert (await visitor.send(code="424242")).path == "continue"


async def test_without_scripts_the_page_says_that_this_step_needs_them(visitor, service):
    page = await visitor.open("sign-up")
    assert "needs JavaScript, which is off in this browser" in page.text
    page = await visitor.send("sign-up", **FIELDS)
    assert page.status == 422
    assert "is missing" in page.complaint("captcha_token")
    assert page.form("sign-up").values["email_address"] == ANN
    assert service.sent == []


async def test_a_token_that_does_not_hold_is_told_at_the_check(visitor, service):
    await visitor.open("sign-up")
    for token in (service.token(ROBOTS), "x" * 5000):
        page = await visitor.send("sign-up", **FIELDS, captcha_token=token)
        assert page.status == 422
        assert "failed" in page.complaint("captcha_token")
        assert token not in page.html
    assert directive(page, "script-src") == ["'self'", service.url]
    assert (await visitor.open("sign-up/code")).path == "sign-up"


@pytest.mark.security("M2")
async def test_a_token_makes_one_account(visitor, service):
    token = service.token()
    await visitor.open("sign-up")
    assert (await visitor.send(**FIELDS, captcha_token=token)).path == "sign-up/code"
    await visitor.open("sign-up")
    page = await visitor.send(**FIELDS, captcha_token=token)
    assert "failed" in page.complaint("captcha_token")


@pytest.mark.security("K1")
async def test_the_service_s_script_may_run_where_the_check_is_and_nowhere_else(visitor, service):
    page = await visitor.open("sign-up")
    assert directive(page, "script-src") == ["'self'", service.url]
    assert directive(page, "frame-src") == [service.url]
    await visitor.send("sign-up", **FIELDS, captcha_token=service.token())
    for path in ("sign-in", "sign-up/code", "sign-up/more", "signed-out", "nowhere"):
        page = await visitor.open(path)
        assert directive(page, "script-src") == ["'self'"], path
        assert directive(page, "frame-src") == ["'none'"], path
        assert service.url not in page.html


@pytest.mark.security("K1")
async def test_where_no_check_is_asked_for_the_page_is_as_strict_as_any(visitor, world, service):
    await world.configure(sign_up={"captcha_site_key": None})
    page = await visitor.open("sign-up")
    assert directive(page, "script-src") == ["'self'"]
    assert "captcha" not in page.html
    assert (await visitor.send("sign-up", **FIELDS)).path == "sign-up/code"
    assert service.sent == []


async def test_where_the_operator_has_no_service_no_check_is_shown(world, visitors):
    await world.configure(sign_up={"captcha_site_key": PEOPLE})
    page = await visitors().open("sign-up")
    assert page.status == 200
    assert "captcha" not in page.html
    assert directive(page, "frame-src") == ["'none'"]


async def test_who_comes_from_a_provider_passes_the_check_too(world, visitor, provider, service):
    await add(world, provider, name="Acme ID")
    page = await go_there_and_back(visitor, provider)
    assert "You are new here" in page.text
    assert directive(page, "script-src") == ["'self'", service.url]
    page = await visitor.send("sign-in/back")
    assert "is missing" in page.complaint("captcha_token")
    page = await visitor.send("sign-in/back", captcha_token=service.token())
    assert page.path == "continue"


async def test_a_site_key_is_written_and_never_run(world, visitor):
    await world.configure(sign_up={"captcha_site_key": '"><script>hacked=1</script>'})
    page = await visitor.open("sign-up")
    assert "<script>hacked" not in page.html
