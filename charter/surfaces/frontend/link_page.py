"""The page behind a link in mail: its button follows the link, opening it alone does nothing.

Programs that read mail open links but press no button. In the browser in which the link was asked
for, a script presses it.
"""

import secrets
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
<h1>Continue to $name</h1>
<p>Go on if you asked for this link.</p>
<form method="post" action="verify">
<input type="hidden" name="token" value="$token">
<button type="submit">Continue</button>
</form>
</main>
<script nonce="$nonce">document.forms[0].submit()</script>
</body>
</html>
"""
)
COLOR = "#1f6f54"
STRICT_TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"


def draw(result: Any, view: View) -> Page | Redirect:
    """The page of a link that can be used here; another leads on at once, with the reason."""
    looked: Looked = result
    if looked.status is not None:
        return Redirect(looked.location)
    nonce = secrets.token_urlsafe(16)
    html = PAGE.substitute(
        name=escape(view.instance.application_name),
        token=escape(looked.token),
        color=view.instance.settings.branding.primary_color or COLOR,
        nonce=nonce,
    )
    return Page(html, _headers(nonce, looked.redirect_url, view))


def _headers(nonce: str, redirect_url: str, view: View) -> dict[str, str]:
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}';"
        # A form may lead on to where its answer leads.
        f" form-action 'self' {origin_of(redirect_url)};"
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
