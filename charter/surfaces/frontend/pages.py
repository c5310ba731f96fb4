"""The pages of the Frontend API: what a person sees who opens a link, and what a refusal becomes.

They stand wherever the API is mounted, behind an app's own proxy too, so each holds all of itself.
"""

import secrets
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType

from charter.core.instances.model import Instance
from charter.surfaces.frontend.shapes import Page
from charter.wire import languages
from charter.wire.call import View
from charter.wire.dialect import Credentials
from charter.wire.languages import Words
from charter.wire.page_headers import COMMON, STRICT_TRANSPORT_SECURITY
from charter.wire.theme import theme_of

CATALOGUES = languages.load(Path(__file__).parent / "locales")
PAGE = Template(
    """<!doctype html>
<html lang="$locale">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>$heading</title>
<link rel="icon" href="data:,">
<style nonce="$nonce">
$theme$style</style>
</head>
<body>
<main>
$name<h1>$heading</h1>
<p>$text</p>
$rest</main>
$script</body>
</html>
"""
)
STYLE = """:root { color-scheme: light dark; --ground: #f4f5f5; --surface: #ffffff; --ink: #161a19;
  --soft: #48514e; --line: #e1e5e4 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101312; --surface: #191c1b; --ink: #eef2f0; --soft: #c2cac7; --line: #2f3533 }
}
* { box-sizing: border-box }
body { background: var(--ground); color: var(--soft); margin: 0; padding: 15vh 1rem 1rem;
  font: 1rem/1.5 ui-sans-serif, system-ui, sans-serif; overflow-wrap: anywhere }
main { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem;
  margin: 0 auto; max-width: 26rem; padding: 2rem }
h1 { color: var(--ink); font-size: 1.375rem; line-height: 1.3; margin: 0 0 .75rem }
p { margin: 0 }
form { margin-top: 1.5rem }
button, .button { background: var(--primary); border: 1px solid var(--primary-edge);
  border-radius: .625rem; color: var(--primary-ink); cursor: pointer; font: inherit;
  font-weight: 600; min-height: 2.75rem; padding: .5rem 1rem; width: 100% }
.button { display: block; margin-top: 1.5rem; text-align: center; text-decoration: none }
button:hover, .button:hover { background: var(--primary-hover) }
:focus-visible { outline: .1875rem solid var(--primary-edge); outline-offset: .125rem }
.name { color: var(--ink); font-weight: 600; margin: 0 0 1.25rem }
.quiet { font-size: .875rem; margin-top: 1rem }
"""
FORM = Template(
    """<form method="post" action="$action">
<input type="hidden" name="token" value="$token">
<button type="submit">$button</button>
</form>
"""
)
NAME = Template(
    """<p class="name">$name</p>
"""
)
LINK = Template(
    """<a class="button" href="$url">$label</a>
"""
)
SCRIPT = Template(
    """<script nonce="$nonce">document.forms[0].submit()</script>
"""
)
# What was refused is told in the API's own words as well: whoever builds an app sees it first.
DETAILS = Template(
    """<p class="quiet" lang="en">$sentence</p>
<p class="quiet">$trace <code>$trace_id</code></p>
"""
)
LATER = frozenset({429, 500, 503})
"""Statuses that may be another the next time."""
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:;"
    " form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = MappingProxyType(
    {
        **COMMON,
        # The address holds the link: no other site is told it, and the form still names its own.
        "referrer-policy": "same-origin",
        "vary": "Accept, Accept-Language",
    }
)


@dataclass(frozen=True, slots=True)
class Button:
    """What goes on with a link. action: the path beside the page's own. leads_to: where then."""

    action: str
    token: str = field(repr=False)
    is_pressed_by_itself: bool = False
    leads_to: str | None = None


def page(
    view: View, key: str, button: Button | None = None, *, goes_on: str | None = None, **facts: str
) -> Page:
    """A page of the instance's: the heading and the text of a key, and its button.

    goes_on: where a link leads from here, in place of a button.
    """
    words = languages.choose(CATALOGUES, None, view.accept_language)
    name = view.instance.application_name
    heading, text = words(f"{key}.heading", name=name), words(f"{key}.text", **facts)
    rest = ""
    if button is not None:
        rest = _form(button, words(f"{key}.button"))
    elif goes_on is not None:
        label = words(f"{key}.button", name=name)
        rest = LINK.substitute(url=escape(goes_on), label=escape(label))
    written = _written(words, (heading, text, rest), button, view.instance)
    if not view.platform.addresses.frontend_url.startswith("https:"):
        return written
    return replace(written, headers={**written.headers, **STRICT_TRANSPORT_SECURITY})


def refused(request: Credentials, status: int, sentence: str, trace_id: str) -> Page:
    """The page for what was refused to somebody who opened an address in a browser."""
    words = languages.choose(CATALOGUES, None, request.get_header("accept-language"))
    key = "later" if status in LATER else "refused"
    details = DETAILS.substitute(
        sentence=escape(sentence), trace=escape(words("trace")), trace_id=escape(trace_id)
    )
    return _written(words, (words(f"{key}.heading"), words(f"{key}.text"), details))


def _form(button: Button, label: str) -> str:
    return FORM.substitute(action=button.action, token=escape(button.token), button=escape(label))


def _written(
    words: Words,
    parts: tuple[str, str, str],
    button: Button | None = None,
    instance: Instance | None = None,
) -> Page:
    """A page of a heading, a text, and what stands below them in HTML; of an instance, if known."""
    name = "" if instance is None else NAME.substitute(name=escape(instance.application_name))
    color = None if instance is None else instance.settings.branding.primary_color
    heading, text, rest = parts
    nonce = secrets.token_urlsafe(16)
    is_pressed = button is not None and button.is_pressed_by_itself
    html = PAGE.substitute(
        locale=words.locale,
        name=name,
        heading=escape(heading),
        text=escape(text),
        rest=rest,
        script=SCRIPT.substitute(nonce=nonce) if is_pressed else "",
        theme=theme_of(color).css,
        style=STYLE,
        nonce=nonce,
    )
    policy = POLICY.format(nonce=nonce, forms=_targets(button))
    headers = {"content-security-policy": policy, "content-language": words.locale}
    return Page(html, {**HEADERS, **headers})


def _targets(button: Button | None) -> str:
    # A form may lead on to where its answer leads.
    if button is None or button.leads_to is None:
        return "'self'"
    return f"'self' {button.leads_to}"
