"""Links to the page that shows an instance's webhooks: signed, and good for an hour."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from charter.kernel.platform import Platform

PATH = "/webhooks"
LIFETIME = timedelta(hours=1)
_CONTEXT = "webhook portal"


def portal_url(platform: Platform, instance_id: str, now: datetime) -> str:
    """A new link to the page. Who has it may look, and change nothing."""
    until = str(int((now + LIFETIME).timestamp()))
    mark = platform.vault.mark(_text(instance_id, until), _CONTEXT)
    query = urlencode({"instance": instance_id, "until": until, "mark": mark})
    return f"{platform.addresses.api_url}{PATH}?{query}"


def is_open(platform: Platform, instance_id: str, until: str, mark: str, now: datetime) -> bool:
    """Whether a link is ours, and still good."""
    if not platform.vault.is_marked(_text(instance_id, until), mark, _CONTEXT):
        return False
    return now < datetime.fromtimestamp(int(until), UTC)


def _text(instance_id: str, until: str) -> str:
    return f"{until}:{instance_id}"
