"""Webhooks: what happened here, in the objects of the Backend API, posted to an app's servers."""

from charter.core.webhooks.model import WebhookTestRequested
from charter.surfaces.webhooks.table import ROWS
from charter.surfaces.webhooks.telling import translate

NAMES = frozenset({*(row.event.name for row in ROWS.values()), WebhookTestRequested.name})
"""The events of the core that something is told of."""

__all__ = ["NAMES", "translate"]
