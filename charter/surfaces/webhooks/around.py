"""What events are told with and do not carry: read for a batch of them, a statement a kind.

It is as it is when the message is written, a moment after what happened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from charter.core.subscriptions import queries as subscription_queries
from charter.core.subscriptions.model import Subscriber, SubscriptionItem
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.core.webhook_deliveries.fanning import Source
from charter.kernel.db import Db
from charter.kernel.events import RecordedEvent


@dataclass(frozen=True, slots=True)
class Around:
    """Users and subscribers by id, and items: what is gone is missing."""

    users: Mapping[str, User] = field(default_factory=dict)
    subscribers: Mapping[str, Subscriber] = field(default_factory=dict)
    items: Sequence[SubscriptionItem] = ()


async def read(db: Db, sources: Sequence[Source]) -> Around:
    """What is told with what happened in an instance."""
    events = [source for source in sources if isinstance(source, RecordedEvent)]
    user_ids = _ids(events, "session.", "user_id")
    payer_ids = _ids(events, "subscription.", "payer_id")
    item_ids = _ids(events, "paymentAttempt.", "payment", "subscription_item_id")
    users = await user_queries.find_users(db, user_ids) if user_ids else ()
    subscribers = await subscription_queries.find_subscribers(db, payer_ids) if payer_ids else ()
    items: tuple[SubscriptionItem, ...] = ()
    if payer_ids or item_ids:
        items = await subscription_queries.items_of_several(db, payer_ids, item_ids)
    return Around(
        {user.id: user for user in users},
        {subscriber.id: subscriber for subscriber in subscribers},
        items,
    )


def _ids(events: Iterable[RecordedEvent], prefix: str, *path: str) -> list[str]:
    """The ids that stand at a place in the rows of some events, each once."""
    found = [_at(event, path) for event in events if event.name.startswith(prefix)]
    return sorted({each for each in found if isinstance(each, str)})


def _at(event: RecordedEvent, path: Sequence[str]) -> Any:
    """What stands at a place in the row of an event; None where another version had no such."""
    found: Any = event.before if event.after is None else event.after
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
