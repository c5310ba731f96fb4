"""The check that a person sits before the browser, where a page of ours asks for an account.

The operator's service shows it by a script of its own, which runs on no other page.
"""

from dataclasses import dataclass, replace

from charter.core.instances.origins import origin_of
from charter.core.sign_ups.admitting import captcha_of
from charter.web.portal.pages import Shown
from charter.web.portal.visits import Visit

FIELD = "captcha_token"
"""The field of the form that the service's script puts its token into."""


@dataclass(frozen=True, slots=True)
class Widget:
    """What the service's script is told."""

    site_key: str
    script_url: str


def asking(visit: Visit, shown: Shown) -> Shown:
    """The page with the check in it, where whoever sends its form has to pass one."""
    service = captcha_of(visit.platform, visit.instance)
    site_key = visit.instance.settings.sign_up.captcha_site_key
    if service is None or site_key is None:
        return replace(shown, facts={**shown.facts, "captcha": None})
    facts = {**shown.facts, "captcha": Widget(site_key, service.script_url)}
    return replace(shown, facts=facts, guest=origin_of(service.script_url))
