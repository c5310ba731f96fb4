"""Asks a service that tells people from programs about the token that a browser brought."""

from dataclasses import dataclass, field

import aiohttp
import structlog

log = structlog.get_logger("charter.outside.captcha")
TIMEOUT_SECONDS = 5.0
LONGEST_TOKEN = 4096


@dataclass(frozen=True, slots=True)
class SiteVerify:
    """A service that answers as Turnstile, hCaptcha and reCAPTCHA do.

    script_url: what shows the check in elements of the class `cf-turnstile`, as Turnstile does.
    Source: their `siteverify`: a form with `secret`, `response` and `remoteip`, answered by a JSON
    object with `success`.
    """

    url: str
    secret: str = field(repr=False)
    script_url: str

    async def is_person(self, token: str, address: str | None) -> bool:
        """Whether the browser's check held; with the service away people are let through."""
        if len(token) > LONGEST_TOKEN:
            return False
        form = {"secret": self.secret, "response": token}
        if address is not None:
            form["remoteip"] = address
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.url, data=form, allow_redirects=False) as answer,
            ):
                answer.raise_for_status()
                found = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as away:
            log.warning("the captcha service is away", reason=type(away).__name__)
            return True
        return isinstance(found, dict) and found.get("success") is True
