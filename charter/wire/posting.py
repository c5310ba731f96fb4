"""The page that posts an answer to an application: a form that sends itself.

Source: OAuth 2.0 Form Post Response Mode.
"""

import secrets
from collections.abc import Mapping
from html import escape
from string import Template

PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>Continue</title>
</head>
<body>
<main>
<form method="post" action="$action">
$fields
<button type="submit">Continue</button>
</form>
</main>
<script nonce="$nonce">document.forms[0].submit()</script>
</body>
</html>
"""
)


def page(action: str, parameters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The page, and the headers that guard it."""
    nonce = secrets.token_urlsafe(16)
    fields = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in parameters.items()
    )
    html = PAGE.substitute(action=escape(action), fields=fields, nonce=nonce)
    # No `form-action`: browsers hold it against where the application goes on to as well.
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'"
    )
    return html, {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
