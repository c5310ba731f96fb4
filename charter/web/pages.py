"""Pages: the templates they are written with, and the headers every one of them carries."""

from pathlib import Path
from types import MappingProxyType

import falcon
import falcon.asgi
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from charter.web.assets import ASSETS
from charter.wire.page_headers import COMMON, STRICT_TRANSPORT_SECURITY

WEB = Path(__file__).parent

# Nothing inline, nothing from elsewhere, in nobody's frame.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "frame-src 'self'; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'none'"
)

HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cache-Control": "no-store",
        **COMMON,
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)


def environment() -> Environment:
    """Make the templates of all pages, named by their path below `charter/web`.

    Everything is escaped, and a name that nobody gave is an error.
    """
    made = Environment(
        loader=FileSystemLoader(WEB),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = ASSETS.url
    return made


TEMPLATES = environment()


def guard(req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
    """Put the headers on an answer that a browser may show."""
    resp.set_headers(dict(HEADERS))
    if req.scheme == "https":
        resp.set_headers(dict(STRICT_TRANSPORT_SECURITY))


def answer(req: falcon.asgi.Request, resp: falcon.asgi.Response, page: str) -> None:
    """Answer with a page."""
    guard(req, resp)
    resp.content_type = falcon.MEDIA_HTML
    resp.text = page
