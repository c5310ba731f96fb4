"""The page by which older clients find out, in a browser, who is signed in."""

import base64
import binascii
import secrets
from html import escape
from string import Template
from typing import Any
from urllib.parse import urlsplit

from msgspec import field

from charter.core.instances.hosts import hosts
from charter.core.instances.interstitial import (
    Interstitial,
    InterstitialInvalid,
    show_interstitial,
)
from charter.core.instances.origins import frontend_base
from charter.core.keys.model import PUBLISHABLE_PREFIXES
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.platform import Platform
from charter.wire.call import Call, In, View
from charter.wire.dialect import Credentials, Written

PATH = "/public/interstitial"
LONGEST_KEY = 512
# Whatever a caller gave stands in attributes alone; the script reads it from there.
PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>One moment</title>
</head>
<body>
<noscript>This page needs JavaScript to find out whether you are signed in.</noscript>
<script nonce="$nonce" src="$script" crossorigin="anonymous" $attributes></script>
<script nonce="$nonce" id="settings" data-domain="$domain" data-sign-in-url="$sign_in_url">
(async () => {
  const given = document.getElementById("settings").dataset;
  const tries = Number(sessionStorage.getItem("__clerk_interstitial") || 0);
  const stop = (text) => {
    sessionStorage.removeItem("__clerk_interstitial");
    document.body.textContent = text;
  };
  if (!window.Clerk) return stop("The script of this page could not be loaded.");
  if (tries > 2) return stop("This page led back to itself. Check the keys of the app.");
  try {
    await window.Clerk.load({
      isSatellite: given.domain !== "",
      ...(given.domain && { domain: given.domain }),
      ...(given.signInUrl && { signInUrl: given.signInUrl }),
    });
  } catch (error) {
    console.error(error);
    return stop("Whether you are signed in could not be found out. Reload this page.");
  }
  sessionStorage.setItem("__clerk_interstitial", String(tries + 1));
  setTimeout(() => sessionStorage.removeItem("__clerk_interstitial"), 10000);
  window.location.reload();
})();
</script>
</body>
</html>
"""
)


class InterstitialQuery(In):
    """Of which instance, and how its app is set up."""

    frontend_api_before: str | None = field(name="frontendApi", default=None)
    frontend_api: str | None = None
    publishable_key: str | None = None
    proxy_url: str | None = None
    domain: str | None = None
    sign_in_url: str | None = None
    use_domain_for_script: bool = False


class InterstitialPage:
    """Answers with the page."""

    type = None

    def of(self, row: Interstitial, view: View) -> Written:
        """The page, with the headers that guard it where it is opened at this server."""
        nonce = secrets.token_urlsafe(16)
        given = {
            "data-clerk-publishable-key": row.publishable_key,
            "data-clerk-proxy-url": row.proxy_url,
            "data-clerk-domain": row.domain,
        }
        html = PAGE.substitute(
            nonce=nonce,
            script=escape(row.script_url),
            attributes=" ".join(
                f'{name}="{escape(value)}"' for name, value in given.items() if value
            ),
            domain=escape(row.domain or ""),
            sign_in_url=escape(row.sign_in_url or ""),
        )
        origins = " ".join(sorted(_origins(row, view)))
        headers = {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": (
                f"default-src 'none'; script-src 'nonce-{nonce}' {origins};"
                f" connect-src {origins}; base-uri 'none'; form-action 'none';"
                " frame-ancestors 'none'"
            ),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
        }
        return Written(200, html.encode(), headers)


def _origins(row: Interstitial, view: View) -> set[str]:
    """Where the page loads its script from and what that asks."""
    used = (row.script_url, row.proxy_url, frontend_base(view.instance, view.platform.addresses))
    found = {"'self'"}
    for url in used:
        parts = urlsplit(url or "")
        if parts.netloc:
            found.add(f"{parts.scheme}://{parts.netloc}")
    return found


async def visitor(platform: Platform, request: Credentials) -> Actor:
    """Anybody, at the instance that the query names. Raises: InterstitialInvalid."""
    key = _text(request, "publishable_key")
    host = host_of(key) if key else None
    named = host or _text(request, "frontend_api") or _text(request, "frontendApi")
    if not named:
        raise InterstitialInvalid("publishable_key", reason="is missing, or is none")
    instance_id = await hosts(platform.database).named(named)
    if instance_id is None:
        raise InterstitialInvalid("publishable_key", reason="is of no instance of this server")
    return Actor(ActorKind.ANONYMOUS, instance_id)


def host_of(key: str) -> str | None:
    """The host in a publishable key; None in what is none."""
    if not key.startswith(PUBLISHABLE_PREFIXES) or len(key) > LONGEST_KEY:
        return None
    text = key[len(PUBLISHABLE_PREFIXES[0]) :]
    try:
        host = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return host[:-1] if host.endswith("$") and "$" not in host[:-1] else None


def _text(request: Credentials, name: str) -> str | None:
    given: Any = request.params.get(name)
    return given if isinstance(given, str) else None


BY_KEY = "it names the instance"
CALLS = [
    Call(
        "GET",
        PATH,
        show_interstitial,
        InterstitialPage(),
        query=InterstitialQuery,
        ignores={
            "frontendApi": BY_KEY,
            "frontend_api": BY_KEY,
            "publishable_key": BY_KEY,
        },
        is_public=True,
        tag="Miscellaneous",
    )
]
