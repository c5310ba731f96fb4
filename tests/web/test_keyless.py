"""The pages of keyless starts: for whoever holds the claim token, and for everybody."""

import asyncio
from urllib.parse import urlencode, urlsplit

import pytest

from charter.core.accountless_applications.addresses import api_keys_url, claim_url
from charter.kernel.ids import new_id
from charter.kernel.platform import Addresses
from charter.web.keyless.variables import variables
from tests.keyless import claim, start

OWN = {"origin": "http://api.test", "sec-fetch-site": "same-origin"}


@pytest.fixture
async def made(platform):
    """An application that nobody has claimed."""
    return await start(platform)


def path_of(platform, made):
    return urlsplit(claim_url(platform.addresses, made)).path


async def press(http, platform, made, headers=OWN, **fields):
    """Press the button of the page."""
    form = {"token": made.claim_token, "return_url": "", **fields}
    return await http.post(path_of(platform, made), data=form, headers=headers)


def guarded(answer):
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "<script" not in answer.text
    return answer


async def test_the_link_shows_the_keys_and_a_button_and_spends_nothing(http, platform, made):
    link = claim_url(platform.addresses, made).replace("auth.test", "api.test")
    for _ in range(2):
        page = guarded(await http.get(link))
        assert page.status_code == 200
        assert "Claim My application" in page.text
        assert f"CLERK_SECRET_KEY={made.secret_key}" in page.text
        assert "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_" in page.text
        assert made.instance.frontend_host in page.text
        assert '<button class="button" type="submit">Claim</button>' in page.text


async def test_the_button_claims_it_and_the_link_is_spent(http, platform, made):
    page = guarded(await press(http, platform, made))
    assert page.status_code == 200
    assert "My application is yours" in page.text
    assert made.secret_key in page.text
    assert made.claim_token not in page.text
    link = path_of(platform, made)
    for again in (
        await http.get(link, params={"token": made.claim_token}),
        await press(http, platform, made),
        await http.get(link),
    ):
        assert guarded(again).status_code == 410
        assert "This application is claimed" in again.text
        assert made.secret_key not in again.text


@pytest.mark.security("C1")
async def test_of_two_who_press_it_at_once_one_is_shown_the_keys(http, platform, made):
    pages = await asyncio.gather(*(press(http, platform, made) for _ in range(4)))
    assert sorted(page.status_code for page in pages) == [200, 410, 410, 410]
    assert sum(made.secret_key in page.text for page in pages) == 1


@pytest.mark.security("G1")
async def test_without_the_token_nothing_is_shown(http, platform, made):
    other = await start(platform)
    link = path_of(platform, made)
    tokens = ["", "x", other.claim_token, made.claim_token[:-1], "\x00", "é" * 900, "<script>"]
    queries = [urlencode({"token": token}) for token in tokens]
    twice = f"token={made.claim_token}&token={made.claim_token}"
    for query in (*queries, twice, "token=%ff", "token[]=x", ""):
        page = guarded(await http.get(f"{link}?{query}"))
        assert page.status_code == 404
        assert made.secret_key not in page.text
    for token in ("", "x", other.claim_token):
        page = await press(http, platform, made, token=token)
        assert (page.status_code, made.secret_key in page.text) == (404, False)
    assert (await press(http, platform, made)).status_code == 200


async def test_a_link_names_its_application_whole(http, platform, made, world):
    other = await start(platform)
    for application_id, instance_id in (
        (other.instance.application_id, made.instance.id),
        ("app_x", made.instance.id),
        (made.instance.application_id, other.instance.id),
        (made.instance.application_id, new_id("ins_")),
        (made.instance.application_id, "ins_%00"),
        (made.instance.application_id, world.instance_id),
    ):
        own = f"/apps/{application_id}/instances/{instance_id}"
        for path in (f"{own}/claim?token={made.claim_token}", f"{own}/api-keys"):
            assert (await http.get(path)).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://api.test", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_form_of_another_site_claims_nothing(http, platform, made, headers):
    page = guarded(await press(http, platform, made, headers=headers))
    assert page.status_code == 400
    assert made.secret_key not in page.text
    assert (await press(http, platform, made)).status_code == 200


async def test_what_is_no_form_claims_nothing(http, platform, made):
    link = path_of(platform, made)
    for sent in (
        {"json": {"token": made.claim_token}},
        {"content": b"token=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"data": {"token": "a\x00"}},
        {"data": {"token": "x" * 2_000_000}},
    ):
        headers = OWN | sent.pop("headers", {})
        assert (await http.post(link, headers=headers, **sent)).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "api.test.evil"])
async def test_a_foreign_name_that_leads_here_shows_no_key(http, platform, made, host):
    link = f"{path_of(platform, made)}?token={made.claim_token}"
    for answer in (
        await http.get(link, headers={"host": host}),
        await http.get(link.replace("/claim", "/api-keys"), headers={"host": host}),
        await press(http, platform, made, headers={"host": host, "origin": f"http://{host}"}),
    ):
        assert answer.status_code == 421
        assert "pk_test_" not in answer.text
    assert (await press(http, platform, made)).status_code == 200


@pytest.mark.parametrize(
    ("url", "is_shown"),
    [
        ("http://localhost:3000/start?a=1", True),
        ("http://app.test/", True),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("http://localhost:3000@evil.example/", False),
        ("//evil.example", False),
    ],
)
async def test_the_way_back_leads_to_the_app_alone(http, platform, made, url, is_shown):
    link = path_of(platform, made)
    page = await http.get(link, params={"token": made.claim_token, "return_url": url})
    assert (f'value="{url}"' in page.text) is is_shown
    done = await press(http, platform, made, return_url=url)
    assert (f'href="{url}"' in done.text) is is_shown
    assert "evil" not in done.text


async def test_the_page_of_the_keys_has_no_secret(http, platform, made):
    link = urlsplit(api_keys_url(platform.addresses, made.instance)).path
    page = guarded(await http.get(link, params={"token": made.claim_token}))
    assert page.status_code == 200
    assert "Nobody has claimed this application yet" in page.text
    assert "pk_test_" in page.text
    await claim(platform, made)
    page_after = guarded(await http.get(link))
    assert "This application is claimed" in page_after.text
    for each in (page, page_after):
        assert made.secret_key not in each.text
        assert made.claim_token not in each.text


async def test_a_key_that_is_gone_leaves_the_page_whole(http, platform, made, world):
    await world.sql(
        "UPDATE secret_keys SET revoked_at = now(), sealed_secret = NULL WHERE instance_id = $1",
        made.instance.id,
    )
    page = await http.get(path_of(platform, made), params={"token": made.claim_token})
    assert page.status_code == 200
    assert "CLERK_SECRET_KEY" not in page.text


async def test_an_app_is_told_of_a_proxy_where_the_server_has_no_https(made):
    instance = made.instance
    plain = Addresses("http://localhost:8000", "http://localhost:8000")
    found = dict(variables(instance, plain, "react-router", "sk_test_x"))
    proxy = f"http://localhost:8000/frontend/i/{instance.id}"
    assert found["VITE_CLERK_PROXY_URL"] == proxy
    assert found["CLERK_API_URL"] == "http://localhost:8000"
    safe = Addresses("https://api.x.test", "https://x.test")
    assert [name for name, _ in variables(instance, safe, None, "sk_test_x")] == [
        "CLERK_SECRET_KEY",
        "CLERK_PUBLISHABLE_KEY",
        "CLERK_API_URL",
    ]
