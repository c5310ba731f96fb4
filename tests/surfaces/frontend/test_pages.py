"""The pages of the Frontend API: in the reader's language, and for people alone."""

import string

import falcon.testing
import pytest

from charter.surfaces.frontend.pages import CATALOGUES, refused

PERSON = {
    "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "accept-language": "de-CH, en;q=0.5",
}


@pytest.fixture
async def browser(world):
    made = world.browser(origin=None)
    yield made
    await made.close()


def facts_of(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_the_same_texts_with_the_same_facts():
    english = CATALOGUES["en"]
    assert set(CATALOGUES) == {"en", "de", "fr"}
    for words in CATALOGUES.values():
        assert list(words.texts) == list(english.texts)
        for key, text in words.texts.items():
            assert facts_of(text) == facts_of(english.texts[key]), (words.locale, key)


@pytest.mark.parametrize("path", ["/undo?token=x", "/verify?token=x", "/tickets/accept?ticket=x"])
async def test_a_person_who_opens_a_dead_link_reads_a_page(browser, path):
    page = await browser.http.get(f"{path}", headers=PERSON)
    assert page.status_code >= 400
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-language"] == "de"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-request-id"] in page.text
    assert "Dieser Link funktioniert nicht" in page.text


async def test_a_program_is_told_in_json(browser):
    answer = await browser.http.get("/undo?token=x")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "verification_link_token_invalid"


async def test_what_is_no_page_is_json_for_a_person_too(browser):
    answer = await browser.http.get("/me", headers=PERSON)
    assert answer.status_code == 401
    assert answer.json()["errors"]


@pytest.mark.security("K3")
def test_a_refusal_holds_no_markup_of_the_request():
    request = falcon.testing.create_asgi_req()
    page = refused(request, 503, "<script>alert(1)</script>", "trace")
    assert "<script" not in page.html
    assert "Try again in a moment" in page.html
