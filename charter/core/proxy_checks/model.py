"""The words of proxy checks."""

from dataclasses import dataclass
from datetime import datetime

from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ProxyCheck:
    """How the last check of a domain's proxy went."""

    id: str
    domain_id: str
    proxy_url: str
    is_successful: bool
    last_run_at: datetime
    created_at: datetime
    updated_at: datetime


class ProxyChecked(Event):
    """A proxy was asked whether it forwards to the Frontend API."""

    name = "proxy.checked"
