"""The texts of the pages: whole in every language, and nowhere but in the catalogues."""

import ast
import importlib
import inspect
import pkgutil
import re
import string

import pytest

from charter.kernel.errors import Kind
from charter.kernel.operation import Operation
from charter.web import portal
from charter.web.portal.words import CATALOGUES, FOLDER, choose

TEMPLATES = sorted((FOLDER.parent / "templates").glob("*.html"))
# What nobody reads from a page of ours can do without a sentence of its own.
NEVER_SHOWN = {
    "inviter_not_member",
    "inviter_not_permitted",
    "organization_creator_not_found",
    "organization_slugs_disabled",
    "provider_not_enabled",
    "roles_outside_set",
    "signature_incorrect",
    "totp_secret_invalid",
    "web3_wallet_invalid",
    "web3_wallet_taken",
    "email_address_not_found",
    "external_id_taken",
    "future_date",
    "length_mismatch",
    "no_active_signing_key",
    "no_password_set",
    "password_digest_invalid",
    "password_hasher_unknown",
    "phone_number_not_found",
    "slug_taken",
}


def facts_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_the_same_texts_with_the_same_facts():
    english = CATALOGUES["en"]
    assert set(CATALOGUES) == {"en", "de", "fr"}
    for words in CATALOGUES.values():
        assert list(words.texts) == list(english.texts)
        for key, text in words.texts.items():
            assert text.strip(), key
            if key != "continue.lead":
                assert facts_of(text) == facts_of(english.texts[key]), (words.locale, key)


def test_languages_differ():
    for locale in ("de", "fr"):
        same = [
            k for k, text in CATALOGUES[locale].texts.items() if text == CATALOGUES["en"].texts[k]
        ]
        assert len(same) < 30, same


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_has_a_bare_text(path):
    html = re.sub(r"\{% block body_class %\}\w*", "", path.read_text())
    html = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", html, flags=re.DOTALL)
    assert not re.search(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", "", html)), path.name
    for attribute, value in re.findall(r'(aria-label|alt|title|placeholder)="([^"]*)"', html):
        assert not value.strip(), (path.name, attribute, value)


def test_every_text_that_a_template_names_is_there():
    for path in TEMPLATES:
        for key in re.findall(r"say\(\s*[\"']([a-z0-9_.]+)[\"']", path.read_text()):
            assert key.endswith(".") or key in CATALOGUES["en"], (path.name, key)


def operations() -> dict[str, Operation]:
    """Every operation that a module of the portal calls."""
    found = {}
    for info in pkgutil.iter_modules(portal.__path__):
        module = importlib.import_module(f"{portal.__name__}.{info.name}")
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                value = getattr(getattr(module, node.value.id, None), node.attr, None)
                if isinstance(value, Operation):
                    found[value.name] = value
    return found


def test_what_may_be_refused_has_a_sentence_or_a_kind_with_one():
    english = CATALOGUES["en"]
    codes = {error.code: error for each in operations().values() for error in each.raises}
    assert len(codes) > 40
    silent = sorted(
        code
        for code, error in codes.items()
        if f"error.{code}" not in english
        and code not in NEVER_SHOWN
        and error.kind is not Kind.NOT_FOUND
    )
    assert silent == []


@pytest.mark.parametrize(
    ("asked", "accepted", "spoken"),
    [
        (None, None, "en"),
        (None, "de-CH,de;q=0.9,en;q=0.8", "de"),
        (None, "es, fr;q=0.5, de;q=0.4", "fr"),
        (None, "en;q=0.3, de;q=0.7", "de"),
        (None, "de;q=0, fr;q=0.1", "fr"),
        (None, "xx;q=nonsense, *", "en"),
        ("fr", "de", "fr"),
        ("klingon", "de", "de"),
        ("../en", None, "en"),
    ],
)
def test_the_best_language_is_spoken(asked, accepted, spoken):
    assert choose(asked, accepted).locale == spoken


async def test_a_page_speaks_the_language_and_hands_it_on(visitor):
    page = await visitor.open("sign-in", locale="de")
    assert page.response.headers["content-language"] == "de"
    assert '<html lang="de">' in page.html
    assert "Bei Tests anmelden" in page.text
    page = await visitor.send(identifier="nobody@example.com")
    assert "Konto" in page.error_at("identifier")


async def test_a_browser_that_accepts_french_gets_it(visitor):
    response = await visitor.client.get(
        f"{visitor.base}/sign-in", headers={"accept-language": "fr-FR"}
    )
    assert "Se connecter à Tests" in response.text
    assert "Accept-Language" in response.headers["vary"]
