"""Arguments for the operations of webhooks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from charter.core.webhooks.model import NewWebhookEndpoint, WebhookEndpointPatch
from charter.kernel.lists import Search
from tests.cast import Cast

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAILING = {"webhooks.create_app": "the instance has its app, as everybody with an endpoint has"}


def endpoint(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"endpoint_id": cast["webhook_endpoint"], **more}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "webhooks.create_app": lambda _: {},
    "webhooks.create_endpoint": lambda _: {"new": NewWebhookEndpoint(url="https://a.example/")},
    "webhooks.delete_app": lambda _: {},
    "webhooks.delete_endpoint": endpoint(),
    "webhooks.disable_endpoint": endpoint(is_gone=True),
    "webhooks.get_app": lambda _: {},
    "webhooks.get_endpoint": endpoint(),
    "webhooks.get_message": lambda cast: {"message_id": cast["webhook_message"]},
    "webhooks.note_parked": lambda cast: {
        "endpoint_id": cast["webhook_endpoint"],
        "message_ids": [cast["webhook_message"]],
    },
    "webhooks.read_secret": endpoint(),
    "webhooks.replay": endpoint(since=LONG_AGO),
    "webhooks.replay_message": lambda cast: {
        "endpoint_id": cast["webhook_endpoint"],
        "message_id": cast["webhook_message"],
    },
    "webhooks.rotate_secret": endpoint(overlap_seconds=60),
    "webhooks.search_attempts": lambda _: {"search": Search()},
    "webhooks.search_endpoints": lambda _: {"search": Search()},
    "webhooks.search_messages": lambda _: {"search": Search()},
    "webhooks.send_test": endpoint(),
    "webhooks.update_endpoint": endpoint(patch=WebhookEndpointPatch(description="Renamed")),
}
"""Every operation, with what makes its arguments."""
