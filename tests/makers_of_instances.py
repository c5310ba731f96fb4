"""Arguments for what an app's server does with its instance: its domains and its tests."""

from collections.abc import Callable
from typing import Any

from charter.core.instance_domains.model import InstanceDomainPatch
from tests.cast import Cast


def domain(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"domain_id": cast["instance_domain"], **more}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "instance_domains.change": lambda _: {"home_url": "https://www.moved.test"},
    "instance_domains.create": lambda _: {"name": "other.test", "is_satellite": True},
    "instance_domains.delete": domain(),
    "instance_domains.end_sessions": lambda _: {"before": "2126-01-01T00:00:00+00:00"},
    "instance_domains.search": lambda _: {},
    "instance_domains.update": domain(patch=InstanceDomainPatch(name="renamed.test")),
    "instances.show_interstitial": lambda _: {},
    "proxy_checks.create": domain(proxy_url="http://localhost:9/__clerk"),
    "sessions.link": lambda _: {"token": "x"},
    "sessions.sync": lambda _: {"redirect_url": "http://app.test/"},
    "testing_tokens.create": lambda _: {},
}
"""Every operation, with what makes its arguments."""

FAILING = {
    "instance_domains.change": "only a production instance has a domain to change",
    "sessions.link": "its token is known to the browser alone",
}
"""Those that fail for everybody here, and why."""
