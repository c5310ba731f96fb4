"""What a caller knows already of what it asks for. Source: RFC 9110, section 13.1.2."""

from falcon.asgi import Request


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller has what this tag names, as its If-None-Match says."""
    header = request.get_header("if-none-match")
    if header is None:
        return False
    known = [each.strip().removeprefix("W/") for each in header.split(",")]
    return "*" in known or etag.removeprefix("W/") in known
