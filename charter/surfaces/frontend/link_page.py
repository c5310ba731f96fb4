"""The pages behind links in mail: a button follows the link, opening it alone does nothing.

Programs that read mail open links but press no button. Where a link was asked for in the browser
that opens it, a script presses it.
"""

import secrets
from dataclasses import dataclass, field
from html import escape
from string import Template
from typing import Any

from charter.core.instances.origins import origin_of
from charter.core.links.model import Looked
from charter.surfaces.frontend.shapes import Page, Redirect
from charter.wire.call import View

PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$name</title>
<style nonce="$nonce">
body { font: 16px/1.5 system-ui, sans-serif; margin: 20vh auto 0; max-width: 24rem; padding: 1rem }
h1 { font-size: 1.25rem }
button { background: $color; border: 0; border-radius: .4rem; color: #fff; font: inherit;
  padding: .6rem 1.2rem; cursor: pointer }
</style>
</head>
<body>
<main>
<h1>$heading</h1>
<p>$text</p>
$form</main>
$script</body>
</html>
"""
)
FORM = Template(
    """<form method="post" action="$action">
<input type="hidden" name="token" value="$token">
<button type="submit">$button</button>
</form>
"""
)
SCRIPT = Template(
    """<script nonce="$nonce">document.forms[0].submit()</script>
"""
)
COLOR = "#1f6f54"
STRICT_TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"


@dataclass(frozen=True, slots=True)
class Button:
    """What goes on with a link. action: the path beside the page's own. leads_to: where then."""

    action: str
    label: str
    token: str = field(repr=False)
    is_pressed_by_itself: bool = False
    leads_to: str | None = None


def draw(result: Any, view: View) -> Page | Redirect:
    """The page of a link that can be used here; another leads on at once, with the reason."""
    looked: Looked = result
    if looked.status is not None:
        return Redirect(looked.location)
    button = Button(
        "verify",
        "Continue",
        looked.token,
        is_pressed_by_itself=True,
        leads_to=origin_of(looked.redirect_url),
    )
    heading = f"Continue to {view.instance.application_name}"
    return page(view, heading, "Go on if you asked for this link.", button)


def page(view: View, heading: str, text: str, button: Button | None = None) -> Page:
    """A page with a heading, a text, and a button where there is something to go on with."""
    nonce = secrets.token_urlsafe(16)
    form = script = ""
    if button is not None:
        form = FORM.substitute(
            action=button.action, token=escape(button.token), button=escape(button.label)
        )
        if button.is_pressed_by_itself:
            script = SCRIPT.substitute(nonce=nonce)
    html = PAGE.substitute(
        name=escape(view.instance.application_name),
        heading=escape(heading),
        text=escape(text),
        form=form,
        script=script,
        color=view.instance.settings.branding.primary_color or COLOR,
        nonce=nonce,
    )
    leads_to = button.leads_to if button is not None else None
    return Page(html, _headers(nonce, leads_to, view))


def _headers(nonce: str, leads_to: str | None, view: View) -> dict[str, str]:
    # A form may lead on to where its answer leads.
    targets = "'self'" if leads_to is None else f"'self' {leads_to}"
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}';"
        f" form-action {targets};"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    found = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        # The address holds the link: no other site is told it, and the form still names its own.
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
    if view.platform.addresses.frontend_url.startswith("https:"):
        found["strict-transport-security"] = STRICT_TRANSPORT_SECURITY
    return found
