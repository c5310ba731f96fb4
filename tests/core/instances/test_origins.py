"""Which sites belong to an instance, read as browsers read addresses."""

import dataclasses
from datetime import UTC, datetime

import pytest

from charter.core.grants.links import ReturnUrlNotAllowed, checked_return_url, with_parameters
from charter.core.identity_providers.speaking import callback_url
from charter.core.instances.addresses import portal_base
from charter.core.instances.model import Environment, Instance
from charter.core.instances.origins import is_allowed_origin
from charter.core.instances.settings import InstanceSettings
from charter.kernel.platform import Addresses

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESSES = Addresses(
    api_url="https://api.example.com",
    frontend_url="https://accounts.example.com",
    app_url="https://app.example.com",
)
PRODUCTION = Instance(
    id="ins_1",
    application_id="app_1",
    environment=Environment.PRODUCTION,
    frontend_host="clerk.example.com",
    settings=InstanceSettings(allowed_origins=("https://münchen.example", "http://shop.test:81/")),
    created_at=NOW,
    updated_at=NOW,
    application_name="Example",
)
DEVELOPMENT = dataclasses.replace(PRODUCTION, environment=Environment.DEVELOPMENT)

HERE = "accounts.example.com"
PROXIED = dataclasses.replace(PRODUCTION, proxy_url="https://app.example.com/__clerk")

WITHIN = [
    ("https://app.example.com", "https://app.example.com/"),
    ("https://app.example.com/a/../b?x=1&y=%2F#/part", "https://app.example.com/b?x=1&y=%2F#/part"),
    ("HTTPS://APP.example.com:443/a", "https://app.example.com/a"),
    ("https://accounts.example.com/sign-in", "https://accounts.example.com/sign-in"),
    ("https://clerk.example.com/", "https://clerk.example.com/"),
    ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
    ("https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/"),
    ("http://shop.test:81/cart", "http://shop.test:81/cart"),
    ("https://app.example.com/?next=a@b", "https://app.example.com/?next=a@b"),
    # Browsers take these for what they look like to them, and that is what is given back.
    ("https:\\\\app.example.com\\a", "https://app.example.com/a"),
    ("https://app.example.com\\@evil.test", "https://app.example.com/@evil.test"),
    ("https:app.example.com/a", "https://app.example.com/a"),
    ("ht\ntps://app.exam\tple.com/a\r\nb", "https://app.example.com/ab"),
    ("  https://app.example.com/a  ", "https://app.example.com/a"),
    ("https://app%2Eexample%2Ecom/a", "https://app.example.com/a"),
    ("https://app。example。com/a", "https://app.example.com/a"),
    ("https://ａｐｐ.example.com/a", "https://app.example.com/a"),  # noqa: RUF001  # wide letters
    ("https://app.example.com\x00", "https://app.example.com/"),
    ("https://@app.example.com/@ann", "https://app.example.com/@ann"),
]
OUTSIDE = [
    "",
    "/",
    "app.example.com",
    "//app.example.com/a",
    "//evil.test",
    "\\\\evil.test",
    "/\\evil.test",
    "https://evil.test",
    "https://evil.test/https://app.example.com",
    "https://evil.test?https://app.example.com",
    "https://evil.test#https://app.example.com",
    "https://evil.test\\.app.example.com",
    "https://evil.test\\@app.example.com",
    "https://evil.test/@app.example.com",
    "https://app.example.com@evil.test",
    "https://app.example.com:443@evil.test",
    "https://app.example.com%40evil.test",
    "https://ann@app.example.com",
    "https://ann:secret@app.example.com",
    "https://:secret@app.example.com",
    "https://app.example.com.evil.test",
    "https://app.example.comevil.test",
    "https://evilapp.example.com",
    "https://sub.app.example.com",
    "https://example.com",
    "https://app.example.com.",
    "https://app-example.com",
    "https://app.example.com:8443",
    "https://app.example.com:80",
    "https://app.example.com:99999",
    "http://app.example.com",
    "ftp://app.example.com",
    "ws://app.example.com",
    "file://app.example.com/etc",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://app.example.com",
    "java\nscript:alert(1)",
    "\x01javascript://app.example.com/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "blob:https://app.example.com/1",
    "view-source:https://app.example.com",
    "about:blank",
    "intent://app.example.com",
    "https://аpp.example.com",  # noqa: RUF001  # a Cyrillic letter
    "https://app.exаmple.com",  # noqa: RUF001  # the same, elsewhere
    "https://app.exam\u200bple.com.evil.test",
    "https://xn--pp-6kc.example.com",
    "https://munchen.example",
    "https://app.example.com\x00.evil.test",
    "https://app.example.com%00.evil.test",
    "https://app.example.com%2f.evil.test",
    "https://app.example.com%5c.evil.test",
    "https://[::1]:3000",
    "https://[::ffff:127.0.0.1]",
    "https://127.0.0.1",
    "https://0x7f.1",
    "http://localhost:3000",
    "https://app.example.com/" + 4096 * "a",
]


@pytest.mark.security("J8")
@pytest.mark.parametrize(("url", "read"), WITHIN)
def test_an_address_within_is_given_back_as_browsers_read_it(url, read):
    assert checked_return_url(PRODUCTION, ADDRESSES, url) == read


@pytest.mark.security("J8")
@pytest.mark.parametrize("url", OUTSIDE)
def test_an_address_outside_is_refused(url):
    with pytest.raises(ReturnUrlNotAllowed):
        checked_return_url(PRODUCTION, ADDRESSES, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://localhost:3000/a",
        "https://LOCALHOST:1/",
        "http://127.0.0.1:8000/",
        "http://0x7f.1/",
        "http://[::1]:9/",
    ],
)
def test_in_development_the_machine_itself_is_within(url):
    assert checked_return_url(DEVELOPMENT, ADDRESSES, url)


@pytest.mark.security("J8")
@pytest.mark.parametrize(
    "url",
    [
        "http://localhost.evil.test/",
        "http://evil.test/localhost",
        "http://localhost@evil.test/",
        "http://evil.localhost/",
        "http://127.0.0.1.evil.test/",
        "http://127.0.0.2/",
        "javascript://localhost/%0aalert(1)",
        "https://evil.test",
    ],
)
def test_in_development_other_machines_stay_outside(url):
    with pytest.raises(ReturnUrlNotAllowed):
        checked_return_url(DEVELOPMENT, ADDRESSES, url)


@pytest.mark.security("K2")
@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example.com",
        "https://accounts.example.com",
        "https://clerk.example.com",
        "https://xn--mnchen-3ya.example",
        "http://shop.test:81",
    ],
)
def test_pages_of_an_instances_own_origins_may_call(origin):
    assert is_allowed_origin(PRODUCTION, ADDRESSES, origin)


@pytest.mark.security("K2")
@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "*",
        "https://evil.test",
        "https://app.example.com.evil.test",
        "https://evilapp.example.com",
        "https://sub.app.example.com",
        "https://example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com:443",
        "https://app.example.com/",
        "https://APP.example.com",
        "https://app.example.com https://evil.test",
        "https://app.example.com,https://evil.test",
        "https://app.example.com.",
        "https://app.example.com\\.evil.test",
        "https://ann@app.example.com",
        "https://münchen.example",
        "http://localhost:3000",
        "file://",
        "chrome-extension://abc",
    ],
)
def test_pages_of_any_other_origin_may_not(origin):
    assert not is_allowed_origin(PRODUCTION, ADDRESSES, origin)


@pytest.mark.security("K2")
@pytest.mark.parametrize(
    ("origin", "may"),
    [
        ("http://localhost:3000", True),
        ("https://127.0.0.1:1", True),
        ("http://localhost.evil.test", False),
        ("http://localhost:3000/", False),
        ("https://evil.test", False),
        ("null", False),
    ],
)
def test_in_development_pages_of_the_machine_itself_may_call(origin, may):
    assert is_allowed_origin(DEVELOPMENT, ADDRESSES, origin) is may


def test_parameters_are_put_before_the_fragment_in_place_of_their_namesakes():
    url = with_parameters("https://a.test/x?b=1&c=%20&c=2#/d?c=3", {"c": "n&w", "e": "5"})
    assert url == "https://a.test/x?b=1&c=n%26w&e=5#/d?c=3"


@pytest.mark.parametrize(
    ("instance", "callback", "portal"),
    [
        (
            DEVELOPMENT,
            "accounts.example.com/frontend/i/ins_1",
            "accounts.example.com/account/i/ins_1",
        ),
        (PRODUCTION, "clerk.example.com", "clerk.example.com/account"),
        (PROXIED, "app.example.com/__clerk", "clerk.example.com/account"),
    ],
)
def test_providers_and_pages_lead_to_where_the_cookies_of_the_instance_are(
    instance, callback, portal
):
    assert callback_url(ADDRESSES, instance) == f"https://{callback}/v1/oauth_callback"
    assert portal_base(instance, ADDRESSES) == f"https://{portal}"
