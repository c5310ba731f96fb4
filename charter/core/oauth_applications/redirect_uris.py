"""Where an OAuth application may have people sent back to: whole addresses, letter for letter.

Source: RFC 9700, sections 2.1 and 4.1; RFC 8252, sections 7 and 8; WHATWG URL.
"""

import re
from collections.abc import Sequence

from ada_url import URL

from charter.core.redirect_urls.model import RedirectUrlInvalid
from charter.core.redirect_urls.normal_form import checked_redirect_url
from charter.kernel.errors import InvalidInput

MOST = 50
LONGEST = 1024
LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([0-9]{1,5}))?(/.*)?")
"""An address on the person's own machine, where programs listen on whatever port is free."""
LARGEST_PORT = 65_535


def checked(uris: Sequence[str], *, parameter: str = "redirect_uris") -> tuple[str, ...]:
    """The addresses as they are kept: as they were given, each once.

    Each is https, http on the person's own machine, or of an app's own scheme; without a
    fragment, a name or a wildcard; and reads to a browser as it reads to us.
    Raises: InvalidInput.
    """
    if len(uris) > MOST:
        raise InvalidInput(parameter, reason=f"at most {MOST}")
    return tuple(dict.fromkeys(_checked(uri, parameter) for uri in uris))


def _checked(uri: str, parameter: str) -> str:
    if len(uri) > LONGEST:
        raise InvalidInput(parameter, reason=f"each must not exceed {LONGEST} characters")
    try:
        href = checked_redirect_url(uri, may_be_plain=True)
    except RedirectUrlInvalid as refused:
        raise InvalidInput(parameter, reason=f"each {refused.meta['reason']}") from refused
    if "#" in uri:
        raise InvalidInput(parameter, reason="none may hold a fragment")
    if "*" in str(URL(href).host):
        raise InvalidInput(parameter, reason="none may hold a wildcard")
    if href not in (uri, uri + "/"):
        raise InvalidInput(parameter, reason=f"write each as browsers read it: {href}")
    if uri.startswith("http:") and _without_port(uri) is None:
        raise InvalidInput(
            parameter, reason="http is for 127.0.0.1, [::1] and localhost alone; use https"
        )
    return uri


def is_registered(uri: str, registered: Sequence[str]) -> bool:
    """Whether an address is one of those that are registered; the port of a loopback may differ."""
    if uri in registered:
        return True
    portless = _without_port(uri)
    return portless is not None and portless in {_without_port(each) for each in registered}


def is_claimed_by_nobody(uri: str) -> bool:
    """Whether any program on a person's machine could stand behind an address.

    Source: RFC 8252, section 8.6.
    """
    return not uri.startswith("https://")


def _without_port(uri: str) -> str | None:
    """An address on the person's own machine without its port; None for any other."""
    found = LOOPBACK.fullmatch(uri)
    if found is None or int(found[2] or 0) > LARGEST_PORT:
        return None
    return found[1] + (found[3] or "")
