"""What holds on every page: it opens, its headers, nothing inline, one heading, labels."""

import re

import pytest

from charter.web.portal.pages import Who
from charter.web.portal.routes import PAGES

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"
OPENED = [page for page in PAGES if "{" not in page.path]
MARKS = {"Sec-Fetch-Site": "same-origin", "Origin": "http://api.test"}


@pytest.fixture
async def member(world, visitor):
    """Ann, who is signed in and works in Acme."""
    await world.user("ann", email=ANN, password=PASSWORD)
    await world.organization(owner="ann")
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("organizations")
    organization_id = next(
        form.values["organization_id"]
        for form in visitor.now.read.forms
        if form.values.get("organization_id")
    )
    await visitor.send(holding={"organization_id": organization_id})


def check_page(response):
    """The rows of K1, and what a reader of the screen needs."""
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert response.headers["cache-control"] == "no-store"
    if response.status_code == 303:
        return
    html = response.text
    assert response.headers["content-type"].startswith("text/html")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert re.findall(r"<script(?![^>]* src=\"/assets/)", html) == []
    assert len(re.findall(r"<h1\b", html)) == 1
    assert '<html lang="en">' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), "an id stands twice"
    for name in re.findall(r'<(?:input|select)[^>]*\sid="([^"]+)"', html):
        assert f'for="{name}"' in html, f"{name} has no label"


@pytest.mark.security("K1")
@pytest.mark.parametrize("page", OPENED, ids=lambda page: page.path or "first")
async def test_every_page_carries_its_headers_for_a_stranger(visitor, page):
    response = await visitor.client.get(f"{visitor.base}/{page.path}".rstrip("/"))
    check_page(response)
    if page.who is Who.SIGNED_IN:
        assert response.headers["location"].startswith(f"{visitor.base}/sign-in")


@pytest.mark.security("K1")
async def test_every_page_carries_its_headers_for_a_member(visitor, member):
    for page in OPENED:
        response = await visitor.client.get(f"{visitor.base}/{page.path}".rstrip("/"))
        check_page(response)
        assert response.status_code in (200, 303, 400), page.path


async def test_every_form_of_every_page_goes_to_a_page_that_takes_it(visitor, member):
    taken = {page.path for page in PAGES if page.send is not None}
    for page in OPENED:
        shown = await visitor.open(page.path)
        for form in shown.read.forms:
            path = form.action.partition("?")[0].removeprefix(visitor.base).strip("/")
            fitting = [
                each for each in taken if re.fullmatch(re.sub(r"{\w+}", "[^/]+", each), path)
            ]
            assert fitting, f"{page.path} sends to {path}"


async def test_over_https_pages_ask_for_https_from_then_on(visitor):
    response = await visitor.client.get(
        visitor.base.replace("/account", "https://api.test/account") + "/sign-in"
    )
    assert "max-age=" in response.headers["strict-transport-security"]
    assert "__Host-portal=" in response.headers["set-cookie"]
    assert "Secure" in response.headers["set-cookie"]


@pytest.mark.security("K1")
async def test_pages_of_errors_carry_the_headers_too(visitor, http):
    for url in (
        f"{visitor.base}/nowhere",
        "/account/nowhere",
        "/account/i/ins_000000000000000000000000000/sign-in",
        f"{visitor.base}/sign-in?redirect_url=https://evil.example/",
        f"{visitor.base}/invitation?__clerk_ticket=nonsense",
    ):
        response = await visitor.client.get(url)
        assert response.status_code in (400, 404), url
        check_page(response)
        assert "name this number" in response.text


async def test_a_form_sent_to_a_page_without_one_is_refused(visitor):
    response = await visitor.client.post(f"{visitor.base}/continue", headers=MARKS)
    assert response.status_code == 405
    check_page(response)


async def test_a_defect_is_told_as_a_page_and_tells_nothing(visitor, monkeypatch):
    def broken(*_args, **_options):
        raise RuntimeError("a canary")

    monkeypatch.setattr("charter.web.portal.serving.arrive", broken)
    response = await visitor.client.get(f"{visitor.base}/sign-in")
    assert response.status_code == 500
    assert "canary" not in response.text
    check_page(response)


async def test_the_host_names_the_instance(world, visitor):
    host = await world.sql("SELECT frontend_host FROM instances WHERE id = $1", world.instance_id)
    response = await visitor.client.get(
        "/account/sign-in", headers={"host": host[0]["frontend_host"]}
    )
    assert response.status_code == 200
    assert "Tests" in response.text


async def test_the_logo_comes_from_its_own_site_and_no_other(visitor, change_settings):
    await change_settings(branding={"logo_url": "https://cdn.example.com/logo.png"})
    response = await visitor.client.get(f"{visitor.base}/sign-in")
    assert (
        "img-src 'self' data: https://cdn.example.com;"
        in (response.headers["content-security-policy"])
    )
    assert 'src="https://cdn.example.com/logo.png"' in response.text


async def test_scripts_are_small():
    from charter.web.assets import STATIC

    assert (STATIC / "portal.js").stat().st_size < 60_000
