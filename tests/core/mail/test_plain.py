"""The text beside a page."""

import pytest

from charter.core.mail.plain import plain_text
from tests.costs import cost


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Hello  <b>Ann</b>,</p>\n<p>welcome.</p>", "Hello Ann,\n\nwelcome.\n"),
        ("a<br>b<br/>c", "a\nb\nc\n"),
        ("<title>No</title><style>p > b { }</style>yes<script>1 < 2</script>", "yes\n"),
        ("<!-- no <b> --><!--[if mso]>no<![endif]-->yes", "yes\n"),
        ("Tom &amp; J&eacute;r&ocirc;me &lt;3", "Tom & Jérôme <3\n"),
        (
            '<a class="x" href="https://a.test/?a=1&amp;b=2">Open</a>',
            "Open\nhttps://a.test/?a=1&b=2\n",
        ),
        ("<a href='mailto:a@b.test'>Ask</a>", "Ask\nmailto:a@b.test\n"),
        ('<a href="javascript:alert(1)">Open</a>', "Open\n"),
        ('<img alt="x" src="https://a.test/x.png">', "\n"),
        ("code&#8199;&#847;&zwnj;&shy;", "code\n"),
        ("<td>1</td><td>2</td></tr><tr><td>3", "12\n\n3\n"),
        ("a <", "a <\n"),
    ],
)
def test_the_words_and_the_addresses_of_links_are_left(page, text):
    assert plain_text(page) == text


@pytest.mark.security("M3")
@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<!--",
        "<a ",
        "<style>",
        "<b> ",
        "</a>",
        "<p>\n ",
        '<a href="',
        "<br> ",
        " href=",
        "&",
        "&#",
    ],
)
def test_no_page_takes_longer_than_its_length(part):
    many = part * (300_000 // len(part))
    assert cost(lambda: plain_text(many)) < 0.75
    assert cost(lambda: plain_text(f"<a{many}>")) < 0.75
