"""The outbox of a development server: its pages, its JSON twin, and what they may hold."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import falcon.asgi
import falcon.testing
import pytest

from charter.core.messages.model import OutboxMessage
from charter.web import assets
from charter.web.home import routes as home
from charter.web.home.pages import Home, Place
from charter.web.outbox import routes as outbox
from charter.web.outbox.pages import deed, render_empty, render_list, render_message
from tests.web.outbox_in_memory import LINK, Memory, message

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></pre></iframe><svg/onload=alert(1)>",
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "&lt;script&gt;",
]


def browser(source, closing=None) -> falcon.testing.TestClient:
    app = falcon.asgi.App()
    facts = Home(
        "Acme", "0.1.0", "http://127.0.0.1:8000", "pk_test_1", (Place("RPC", "http://x/rpc", "A."),)
    )
    for path, resource in outbox.routes(source, closing) + home.routes(facts) + assets.routes():
        app.add_route(path, resource)
    return falcon.testing.TestClient(app)


class Tags(HTMLParser):
    """The elements of a page with the names of their attributes; addresses and text apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.shape.append((tag, tuple(name for name, _ in attrs)))
        self.addresses += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.text += data


def pages(client, source):
    newest = source.messages[-1].id
    return [
        client.get(path)
        for path in ("/dev/outbox", f"/dev/outbox/{newest}", "/dev/outbox/eml_none", "/")
    ] + [browser(Memory()).get("/dev/outbox")]


def test_the_list_shows_every_message_and_opens_the_newest():
    source = Memory(message(subject="First"), message(subject="Second", code="424242"))
    page = browser(source).get("/dev/outbox").text
    text = Tags(page).text
    assert text.index("Second") < text.index("First")
    assert "424242" in text
    assert f"/dev/outbox/{source.messages[1].id}/body" in Tags(page).addresses
    assert f"/dev/outbox/{source.messages[0].id}/body" not in Tags(page).addresses


def test_a_message_shows_its_link_as_a_button_and_its_text():
    source = Memory(message(), message(subject="Later"))
    answer = browser(source).get(f"/dev/outbox/{source.messages[0].id}")
    assert answer.status_code == 200
    assert LINK in Tags(answer.text).addresses
    assert "to join the organization Rockets" in Tags(answer.text).text


def test_a_button_says_what_its_link_does():
    page = browser(Memory(message())).get("/dev/outbox").text
    assert ">Accept the invitation<" in page
    assert deed(message(text=f"Look: {LINK}"), LINK).startswith("Open ")


def test_who_comes_from_a_link_in_mail_is_told_where_it_should_lead():
    client = browser(Memory())
    assert "CHARTER_APP_URL" not in client.get("/").text
    assert "CHARTER_APP_URL" in client.get("/?__clerk_ticket=x&__clerk_status=sign_up").text


def test_an_empty_outbox_tells_how_to_send_a_message():
    page = browser(Memory()).get("/dev/outbox")
    assert page.status_code == 200
    assert "/v1/invitations" in Tags(page.text).text
    assert Tags(render_empty("one command")).text.count("one command") == 1


@pytest.mark.parametrize(
    "name",
    ["eml_none", "events%00", "eml_2aaaaaaaaaaaaaaaaaaaaaaaaaa", "eml_" + "%00" * 27, "eml_%F0%28"],
)
def test_a_message_that_is_not_there_is_not_found(name):
    client = browser(Memory(message()))
    assert client.get(f"/dev/outbox/{name}").status_code == 404
    assert client.get(f"/dev/outbox/{name}/body").status_code == 404


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("where", ["subject", "to_address", "kind", "text", "code", "error"])
def test_what_strangers_wrote_adds_no_element_k3(where, hostile):
    plain, attacked = message(**{where: "plain"}), message(**{where: hostile})
    for write in (lambda one: render_list([one], one), render_message):
        assert Tags(write(attacked)).shape == Tags(write(plain)).shape
        assert "alert(1)" not in " ".join(Tags(write(attacked)).addresses)
        assert "49" not in Tags(write(attacked)).text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,<script>", "//evil.example", "vbscript:x"]
)
def test_only_links_to_web_pages_become_buttons_k3(link):
    page = Tags(render_message(message(links=(link, LINK))))
    assert LINK in page.addresses
    assert link not in page.addresses


def test_every_page_carries_its_protections_k1():
    source = Memory(message())
    for page in pages(browser(source), source):
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cross-origin-opener-policy"] == "same-origin"
        assert page.headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in page.headers


def test_a_page_over_https_stays_on_https_k1():
    page = browser(Memory()).simulate_get("/dev/outbox", protocol="https")
    assert page.headers["strict-transport-security"].startswith("max-age=")


def test_no_page_has_inline_script_or_style_k1():
    source = Memory(message(code="424242"))
    for page in pages(browser(source), source):
        for tag, attributes in Tags(page.text).shape:
            assert tag != "style"
            assert "style" not in attributes
            assert not [name for name in attributes if name.startswith("on")]
            assert tag != "script" or "src" in attributes


def test_the_body_of_a_message_has_no_rights_k3():
    source = Memory(message(html="<script>alert(1)</script>"))
    body = browser(source).get(f"/dev/outbox/{source.messages[0].id}/body")
    policy = body.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert body.headers["cache-control"] == "no-store"
    frame = re.search(r"<iframe[^>]*>", render_message(source.messages[0]))[0]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame


def test_the_json_twin_has_every_field():
    source = Memory(message(code="424242", sent_at=datetime(2026, 11, 22, tzinfo=UTC)))
    answer = browser(source).get("/dev/outbox.json")
    (found,) = answer.json["messages"]
    assert found.keys() == set(OutboxMessage.__slots__)
    assert (found["links"], found["code"]) == ([LINK], "424242")
    assert found["sent_at"] == "2026-11-22T00:00:00+00:00"
    assert answer.headers["cache-control"] == "no-store"


def test_the_json_twin_finds_the_mail_of_one_person():
    mail = [message(to_address=f"{name}@example.com") for name in ("ann", "ben", "ann")]
    client = browser(Memory(*mail))

    def found(**params):
        answer = client.get("/dev/outbox.json", params=params)
        return [one["id"] for one in answer.json["messages"]]

    assert found(to="ann@example.com") == [mail[2].id, mail[0].id]
    assert found(to="ann@example.com", limit=1) == [mail[2].id]
    assert found(kind="notice") == []


@pytest.mark.parametrize("limit", ["0", "-1", "501", "many", "9" * 30])
def test_an_absurd_limit_is_refused(limit):
    assert browser(Memory()).get(f"/dev/outbox.json?limit={limit}").status_code == 400
