"""Messages: their words, their twins, and what hostile facts cannot do to them."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from charter.core.mail.kinds import KINDS
from charter.core.mail.model import Message, UnsafeHeader, UnsafeLink
from charter.core.mail.render import TEMPLATES, WrongFacts, render

WHEN = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)
LINK = "https://accounts.example.com/accept?ticket=abc&lang=en"
FACTS = {
    "invitation": {"action_url": LINK, "inviter_name": "Ann", "expires_at": WHEN},
    "waitlist_invitation": {"action_url": LINK, "inviter_name": "Ann", "expires_at": WHEN},
    "waitlist_confirmation": {},
    "organization_invitation": {
        "action_url": LINK,
        "organization_name": "Acme",
        "inviter_name": "Ann",
        "role_name": "Member",
        "expires_at": WHEN,
    },
    "verification_code": {"code": "424242", "expires_in_minutes": 10, "requested_from": "Berlin"},
    "reset_password_code": {"code": "424242", "expires_in_minutes": 10, "requested_from": "Berlin"},
    "magic_link": {"action_url": LINK, "expires_in_minutes": 15, "requested_from": "Berlin"},
    "sign_up_link": {"action_url": LINK, "expires_in_minutes": 15, "requested_from": "Berlin"},
    "account_sign_in_link": {"action_url": LINK, "expires_in_minutes": 15},
    "account_reset_link": {"action_url": LINK, "expires_in_minutes": 30},
    "account_proof_link": {"action_url": LINK, "expires_in_minutes": 60},
    "verification_link": {
        "action_url": LINK,
        "expires_in_minutes": 15,
        "requested_from": "Berlin",
    },
    "organization_domain_code": {
        "code": "424242",
        "expires_in_minutes": 10,
        "organization_name": "Acme",
        "domain_name": "acme.test",
    },
    "password_changed": {"changed_at": WHEN, "requested_from": "Berlin", "action_url": LINK},
    "primary_email_address_changed": {
        "changed_at": WHEN,
        "new_address": "new@example.com",
        "requested_from": "Berlin",
        "action_url": LINK,
    },
    "password_removed": {"primary_email_address": "ben@example.com"},
    "new_device_sign_in": {"browser_name": "Firefox", "ip_address": "203.0.113.7"},
    "passkey_added": {"passkey_name": "Laptop"},
    "passkey_removed": {"passkey_name": "Laptop"},
    "account_locked": {"locked_until_at": WHEN, "failed_attempts": 10, "action_url": LINK},
    "notice": {
        "subject": "A passkey was added",
        "heading": "New passkey",
        "paragraphs": ["A passkey was added to your account.", "Was it you?"],
        "action_url": LINK,
        "action_label": "See my passkeys",
    },
}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% for x in range(9) %}",
    "{{ ''.__class__.__mro__ }}",
    "' style='position:fixed",
    "<!-- -->&lt;b&gt;",
]


class Tags(HTMLParser):
    """The elements of a page with their attributes, and the text outside of styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def write(kind: str, **more) -> Message:
    return render(
        kind, **{"to": "ben@example.com", "application_name": "Acme"} | FACTS[kind] | more
    )


def test_every_kind_has_an_example():
    assert FACTS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_the_same_in_text_and_html(kind):
    message = write(kind)
    shown = " ".join(Tags(message.html).text.split())
    said = message.text.split("\n-- \n")[0]
    for line in filter(None, (line.strip() for line in said.splitlines())):
        assert line.rstrip(":") in shown
    assert message.subject
    assert "{" not in message.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_written_with_only_what_it_requires(kind):
    facts = {name: FACTS[kind][name] for name in KINDS[kind].required}
    message = render(kind, to="ben@example.com", application_name="Acme", **facts)
    assert "None" not in message.text + message.html + message.subject
    assert message.links == ((LINK,) if "action_url" in facts else ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_fact_is_told_before_anything_is_sent(kind):
    for name in KINDS[kind].required:
        with pytest.raises(WrongFacts, match=name):
            write(kind, **{name: None})


def test_an_unknown_fact_and_an_unknown_kind_are_told():
    with pytest.raises(WrongFacts, match="organisation_name"):
        write("invitation", organisation_name="Acme")
    with pytest.raises(WrongFacts, match="no message"):
        render("../../etc", to="ben@example.com", application_name="Acme")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_facts_add_no_element_and_no_attribute_k3(kind, hostile):
    plain = Tags(write(kind, recipient_name="Ben").html)
    words = {
        name: [hostile, hostile] if name == "paragraphs" else hostile
        for name, value in FACTS[kind].items()
        if isinstance(value, str | list) and name != "action_url"
    }
    message = write(kind, application_name=hostile, recipient_name=hostile, **words)
    attacked = Tags(message.html)
    assert [(tag, attributes.keys()) for tag, attributes in attacked.tags] == [
        (tag, attributes.keys()) for tag, attributes in plain.tags
    ]
    assert "49" not in attacked.text


@pytest.mark.parametrize("splitter", ["\r\nBcc: eve@example.com", "\nX: 1", "\r", "\0", "\u2028x"])
def test_a_name_cannot_split_the_subject_k5(splitter):
    message = write(
        "organization_invitation", inviter_name=None, organization_name="Acme" + splitter
    )
    assert message.subject.isprintable()
    assert message.subject.startswith("Your invitation to join Acme")


@pytest.mark.parametrize("splitter", ["\r\n", "\n", "\r", "\0", "\x85", "\u2029", "\u202e"])
def test_a_message_with_a_split_header_cannot_be_made_k5(splitter):
    with pytest.raises(UnsafeHeader):
        Message("notice", f"a@example.com{splitter}Bcc: b", "subject", "text", "html")
    with pytest.raises(UnsafeHeader):
        Message("notice", "a@example.com", f"subject{splitter}Bcc: b", "text", "html")


@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "//evil.example", "data:text/html,x", "https://", "/relative"),
        *("ftp://x", "https://x.example/ a", "https://x.example/\nb", "http://[x"),
        'https://x.example/"onclick=',
    ],
)
def test_a_link_must_lead_to_a_web_page(link):
    with pytest.raises(UnsafeLink):
        write("invitation", action_url=link)
    with pytest.raises(UnsafeLink):
        write("invitation", logo_url=link)


def test_a_name_does_not_become_a_link_in_a_mail_program():
    message = write("organization_invitation", organization_name="Win at https://evil.example/now")
    assert "evil.example" not in message.text
    assert "evil.example" not in message.html


def test_an_ordinary_name_is_written_as_it_is():
    message = write("organization_invitation", organization_name="Ünïon & Söhne Ltd. 2.0")
    assert "Ünïon & Söhne Ltd. 2.0" in message.text
    assert "Ünïon & Söhne Ltd. 2.0" in message.subject
    assert "Ünïon &amp; Söhne Ltd. 2.0" in message.html


def test_a_name_is_too_short_for_a_letter_of_its_own():
    message = write("invitation", inviter_name="Free money! " * 50)
    assert len(message.subject) < 150
    assert message.text.count("Free money!") <= 7


def test_only_the_kind_of_a_message_is_seen_in_a_log_n3():
    assert repr(write("verification_code")) == "Message(kind='verification_code')"


def test_the_code_stays_out_of_the_subject_n3():
    message = write("verification_code")
    assert message.code == "424242"
    assert "424242" in message.text
    assert "424242" in message.html
    assert "424242" not in message.subject


def test_the_link_is_kept_apart_and_whole():
    message = write("invitation")
    assert message.links == (LINK,)
    assert LINK in message.text
    assert [a["href"] for tag, a in Tags(message.html).tags if tag == "a"] == [LINK, LINK]


@pytest.mark.parametrize("locale", ["en-GB", "xx", "../../../etc/passwd", ""])
def test_a_locale_without_words_falls_back_to_english(locale):
    message = write("invitation", locale=locale)
    assert message.subject == "Ann invites you to Acme"
    assert '<html lang="en">' in message.html


@pytest.mark.parametrize(
    ("colour", "background", "ink"),
    [
        ("#FFEE00", "#ffee00", "#111111"),
        ("#102030", "#102030", "#ffffff"),
        ("red;} body{display:none", "#1f6f54", "#ffffff"),
    ],
)
def test_a_button_can_be_read_on_every_accent(colour, background, ink):
    page = write("invitation", accent_colour=colour).html
    assert f"background:{background};" in page
    assert f"color:{ink};" in page


def test_a_logo_stands_in_for_the_name():
    page = write("invitation", logo_url="https://cdn.example.com/logo.png").html
    images = [attributes for tag, attributes in Tags(page).tags if tag == "img"]
    assert [(image["src"], image["alt"]) for image in images] == [
        ("https://cdn.example.com/logo.png", "Acme")
    ]


def test_a_time_without_zone_is_not_guessed():
    with pytest.raises(WrongFacts, match="zone"):
        write("password_changed", changed_at=WHEN.replace(tzinfo=None))


def test_every_locale_has_words_for_every_kind():
    for locale in (folder for folder in TEMPLATES.iterdir() if folder.is_dir()):
        assert {file.stem for file in locale.iterdir()} == KINDS.keys() | {"common"}
