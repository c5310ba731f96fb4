"""The page by which older clients find out who is signed in."""

from html.parser import HTMLParser

import pytest

from tests.sites import instance_of, production, satellite


class Scripts(HTMLParser):
    """The scripts of a page, with their attributes as a browser reads them, and their texts."""

    def __init__(self, html):
        super().__init__()
        self.found, self.tags = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "script":
            self.found.append(dict(attrs))


TAGS = ["html", "head", "meta", "meta", "title", "body", "noscript", "script", "script"]
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
async def live(platform, app):
    """A production instance."""
    made = await production(platform, app)
    yield made
    await made.close()


async def page(http, **query):
    return await http.get("/v1/public/interstitial", params=query)


def error(answer):
    return answer.status_code, answer.json()["errors"][0]["meta"].get("param_name")


async def test_the_page_loads_the_pinned_script_for_the_instance(http, world):
    answer = await page(http, publishable_key=world.keys.publishable_key)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    read = Scripts(answer.text)
    loaded, own = read.found
    assert read.tags == TAGS
    assert loaded["src"] == "http://auth.test/npm/@clerk/clerk-js@latest/dist/clerk.browser.js"
    assert loaded["data-clerk-publishable-key"] == world.keys.publishable_key
    assert loaded["data-clerk-proxy-url"] == f"http://auth.test/frontend/i/{world.instance_id}"
    assert (own["data-domain"], own["data-sign-in-url"]) == ("", "")
    assert "Clerk.load" in answer.text
    assert "location.reload" in answer.text


@pytest.mark.parametrize("name", ["frontend_api", "frontendApi"])
async def test_older_clients_name_the_host_of_the_key(http, world, name):
    host = (await instance_of(world)).frontend_host
    answer = await page(http, **{name: host})
    [loaded, _] = Scripts(answer.text).found
    assert loaded["data-clerk-publishable-key"] == world.keys.publishable_key


async def test_in_production_the_script_comes_from_the_host_of_the_key(http, live):
    host = (await instance_of(live)).frontend_host
    answer = await page(http, publishable_key=live.keys.publishable_key)
    [loaded, _] = Scripts(answer.text).found
    assert loaded["src"].startswith(f"https://{host}/npm/")
    assert "data-clerk-proxy-url" not in loaded


async def test_a_satellite_is_told_its_domain_and_where_people_sign_in(http, live):
    site = await satellite(live)
    answer = await page(
        http,
        publishable_key=live.keys.publishable_key,
        domain=site.name,
        sign_in_url="http://app.test/sign-in",
        use_domain_for_script="true",
    )
    loaded, own = Scripts(answer.text).found
    assert loaded["src"].startswith(f"https://{site.frontend_host}/npm/")
    assert loaded["data-clerk-domain"] == own["data-domain"] == site.name
    assert own["data-sign-in-url"] == "http://app.test/sign-in"


async def test_a_proxy_may_be_a_path_on_the_apps_own_address(http, live):
    answer = await page(http, publishable_key=live.keys.publishable_key, proxy_url="/__clerk/")
    [loaded, _] = Scripts(answer.text).found
    assert loaded["src"].startswith("/__clerk/npm/@clerk/clerk-js@latest/")
    assert loaded["data-clerk-proxy-url"] == "/__clerk"


@pytest.mark.security("K1")
@pytest.mark.parametrize("name", ["proxy_url", "domain", "sign_in_url"])
@pytest.mark.parametrize(
    "value",
    [
        HOSTILE,
        "javascript:alert(1)",
        "//evil.test/x",
        "/\\evil.test",
        "https://evil.test",
        "https://app.test.evil.test",
        "https://app.test@evil.test",
        "data:text/html,x",
        '/a"onload=alert(1)',
        "/" + "a" * 5000 + "<",
    ],
)
async def test_nothing_of_others_runs_in_the_page(http, live, name, value):
    answer = await page(http, publishable_key=live.keys.publishable_key, **{name: value})
    assert answer.status_code == 400, answer.text


@pytest.mark.security("K1")
async def test_what_is_allowed_is_escaped_all_the_same(http, world):
    url = "http://localhost:3000/a?b='\"><script>alert(1)</script>&c"
    answer = await page(http, publishable_key=world.keys.publishable_key, sign_in_url=url)
    read = Scripts(answer.text)
    assert read.tags == TAGS
    assert "<script>alert(1)" not in answer.text
    assert read.found[1]["data-sign-in-url"].startswith("http://localhost:3000/a?b=")


@pytest.mark.security("K1")
async def test_the_page_runs_its_own_scripts_alone(http, world):
    first, second = [await page(http, publishable_key=world.keys.publishable_key) for _ in range(2)]
    nonces = [Scripts(each.text).found[0]["nonce"] for each in (first, second)]
    policy = first.headers["content-security-policy"]
    assert nonces[0] != nonces[1]
    assert f"script-src 'nonce-{nonces[0]}' 'self' http://auth.test;" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"publishable_key": "nothing"},
        {"publishable_key": "pk_test_!!!"},
        {"publishable_key": "pk_test_" + "A" * 9000},
        {"publishable_key": "pk_test_ZXZpbC50ZXN0JA=="},
        {"frontend_api": "evil.test"},
        {"frontend_api": HOSTILE},
        {"frontend_api": "a\x00b"},
    ],
)
async def test_without_an_instance_there_is_no_page(http, query):
    assert (await page(http, **query)).status_code == 400


async def test_only_the_page_is_open(http, world):
    key = {"publishable_key": world.keys.publishable_key}
    assert (await http.get("/v1/public/nothing", params=key)).status_code == 401
    assert (await http.post("/v1/public/interstitial", params=key)).status_code in {401, 405}
