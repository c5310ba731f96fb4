"""The headers of the portal's pages: those of every page of ours, and what forms need."""

from collections.abc import Iterable

import falcon.asgi

from charter.core.instances.origins import origin_of
from charter.core.instances.settings import Branding
from charter.web.pages import guard
from charter.wire.page_headers import COMMON

POLICY = (
    "default-src 'none'; "
    "script-src {scripts}; "
    "frame-src {frames}; "
    "style-src 'self'; "
    "img-src {images}; "
    "connect-src 'self'; "
    "base-uri 'none'; "
    "form-action {forms}; "
    "frame-ancestors 'none'"
)


def protect(
    request: falcon.asgi.Request,
    response: falcon.asgi.Response,
    branding: Branding,
    guest: str | None = None,
    form_to: str | None = None,
) -> None:
    """Put the headers on a page. Pictures may come from here and from the owner's logo's site.

    guest: the origin of another site whose script and frames the page may have. form_to: that of
        one that its form may be sent to.
    """
    guard(request, response)
    policy = POLICY.format(
        scripts="'self'" if guest is None else f"'self' {guest}",
        frames=guest or "'none'",
        forms="'self'" if form_to is None else f"'self' {form_to}",
        images=" ".join(_images((branding.logo_url, branding.favicon_url))),
    )
    response.set_header("Content-Security-Policy", policy)
    # With `no-referrer` a browser would not say where a form of ours comes from.
    response.set_header("Referrer-Policy", "same-origin")
    response.set_header(
        "Permissions-Policy",
        f"{COMMON['permissions-policy']}, "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)",
    )


def _images(urls: Iterable[str | None]) -> list[str]:
    origins = {origin for url in urls if url and (origin := origin_of(url))}
    return ["'self'", "data:", *sorted(origins)]
