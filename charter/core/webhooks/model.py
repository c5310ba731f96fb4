"""The words of webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

SECRET_PREFIX = "whsec_"  # noqa: S105  # the prefix of one, for scanners
SECRET_BYTES = 24
"""Source: Standard Webhooks 1.0, which wants 24 to 64."""
LONGEST_URL = 2048
LONGEST_DESCRIPTION = 1024
MOST_ENDPOINTS = 100
"""Endpoints of one instance: each event is posted to all of them."""
LONGEST_OVERLAP_SECONDS = 7 * 86_400

RETRY_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 36_000)
"""How long after each failure a message is tried again; after the last it is parked."""
FAILING_FOR = timedelta(days=5)
"""An endpoint that took nothing for so long, and was tried, is disabled."""
KEPT_FOR = timedelta(days=30)
"""How long messages are kept, with all that was tried to deliver them."""
SEALED_KEPT_FOR = timedelta(days=2)
"""How long messages with codes in them are kept: a little longer than they are tried."""


class DisabledReason(StrEnum):
    """Why an endpoint is sent nothing."""

    REQUESTED = auto()
    FAILING = auto()
    """It took nothing for FAILING_FOR."""
    GONE = auto()
    """It answered 410: nothing is there any more, and nothing will be."""


class DeliveryState(StrEnum):
    """How the delivery of a message to an endpoint stands."""

    PENDING = auto()
    DELIVERED = auto()
    PARKED = auto()
    """Tried as often as messages are; it stays where it is until somebody replays it."""


@dataclass(frozen=True, slots=True)
class WebhookApp:
    """That an instance tells what happens. id: of the instance."""

    id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookAppRow:
    """An app on its way into its table."""

    created_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """Where events of an instance are posted to.

    event_types: those that it wants; None is all of them. failing_since: when the first of the
    attempts was that failed one after another up to now. pending and parked: how many messages
    wait to be delivered to it, and how many are given up.
    """

    id: str
    url: str
    description: str
    event_types: tuple[str, ...] | None
    disabled_at: datetime | None
    disabled_reason: DisabledReason | None
    failing_since: datetime | None
    pending: int
    parked: int
    created_at: datetime
    updated_at: datetime

    def wants(self, event_type: str) -> bool:
        """Whether it is to be told of such events."""
        return self.event_types is None or event_type in self.event_types


@dataclass(frozen=True, slots=True)
class WebhookEndpointRow:
    """An endpoint on its way into its table. leased_until: till when a worker serves it alone."""

    id: str
    url: str
    description: str
    event_types: list[str] | None
    disabled_at: datetime | None
    disabled_reason: DisabledReason | None
    failing_since: datetime | None
    leased_until: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookSecretRow:
    """A secret of an endpoint; one without an end is the current one."""

    id: str
    endpoint_id: str
    sealed_secret: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """The secret by which an endpoint knows that a message is ours."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebhookEndpointMade:
    """An endpoint with its secret."""

    endpoint: WebhookEndpoint
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RotatedWebhookSecret:
    """What an event says of a new secret: whose it is, and until when the one before signs too."""

    id: str
    previous_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhookEndpoint:
    """What an endpoint is made of.

    url: absolute https, at most 2048 characters; http and addresses of this machine in development
    alone. event_types: members of EVENT_TYPES; none means all.
    """

    url: str
    description: str = ""
    event_types: Sequence[str] | None = None
    is_enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointPatch:
    """What changes of an endpoint; the rest stays. event_types: None is all of them."""

    url: str | Unset = UNSET
    description: str | Unset = UNSET
    event_types: Sequence[str] | Unset | None = UNSET
    is_enabled: bool | Unset = UNSET


@dataclass(frozen=True, slots=True)
class WebhookMessageRow:
    """Something that happened, as endpoints are told it; kept plain, or sealed with codes in it.

    sequence: grows from one event of a subject to the next; 0 where there is no order.
    subject_id: what it happened to.
    """

    id: str
    event_type: str
    sequence: int
    subject_id: str
    body: str | None = field(repr=False)
    sealed_body: bytes | None = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message with its body. body: JSON, as it is posted."""

    id: str
    event_type: str
    sequence: int
    subject_id: str
    body: str = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookDeliveryRow:
    """That a message is to reach an endpoint. tries: failures since it was sent or replayed."""

    endpoint_id: str
    message_id: str
    sequence: int
    subject_id: str
    state: DeliveryState
    tries: int
    next_attempt_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of posting to an endpoint.

    status: of its answer; None where there was none, and `error` says why. head: the first bytes
    of the answer, as text.
    """

    status: int | None
    error: str | None
    head: str


@dataclass(frozen=True, slots=True)
class WebhookAttempt:
    """One attempt to deliver.

    status: of the answer; None where there was none, and `error` says why. response_head: the
    first bytes of the answer, as text.
    """

    id: str
    endpoint_id: str
    message_id: str
    event_type: str
    status: int | None
    error: str | None
    duration_ms: int
    response_head: str
    attempted_at: datetime

    @property
    def is_success(self) -> bool:
        """Whether the endpoint took it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class WebhookTest:
    """An example that was asked for. id: of the message that it becomes."""

    id: str
    endpoint_id: str
    event_type: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """Which messages are on their way once more. id: of the endpoint, or of the message."""

    id: str
    count: int


@dataclass(frozen=True, slots=True)
class ParkedDelivery:
    """What an event says of a delivery that is given up. id: of the message."""

    id: str
    endpoint_id: str


@dataclass(frozen=True, slots=True)
class WebhookDraft:
    """A message to a person on its way to endpoints: sealed as the message itself is.

    id: of the message. slug: of the template that it was written by, or its kind.
    is_delivered_here: whether this server sends it; if not, the app does.
    request: what is known of the request that had it written.
    """

    id: str
    kind: str
    slug: str
    to_address: str = field(repr=False)
    is_delivered_here: bool
    sealed_content: bytes = field(repr=False)
    request: dict[str, Any]
    created_at: datetime


class WebhookAppExists(DomainError):
    """The instance has its app already."""

    kind, code = Kind.CONFLICT, "webhook_app_exists"
    message = "The instance tells of its events already."


class WebhookAppMissing(DomainError):
    """The instance has no app."""

    kind, code = Kind.NOT_FOUND, "webhook_app_missing"
    message = "The instance tells of no events yet."


class WebhookEndpointNotFound(DomainError):
    """There is no such endpoint."""

    kind, code = Kind.NOT_FOUND, "webhook_endpoint_not_found"
    message = "No webhook endpoint has this id."


class WebhookMessageNotFound(DomainError):
    """There is no such message, or no longer."""

    kind, code = Kind.NOT_FOUND, "webhook_message_not_found"
    message = "No webhook message has this id; they are kept for a month."


class WebhookEndpointLimitReached(DomainError):
    """The instance has as many endpoints as one may have."""

    kind, code = Kind.UNPROCESSABLE, "webhook_endpoint_limit_reached"
    message = "An instance has at most {limit} webhook endpoints."
    parameter = "url"


class WebhookAppCreated(Event):
    """An instance tells of its events from now on."""

    name = "webhookApp.created"


class WebhookAppDeleted(Event):
    """An instance tells of its events no more; its endpoints are gone."""

    name = "webhookApp.deleted"


class WebhookEndpointCreated(Event):
    """An endpoint was made."""

    name = "webhookEndpoint.created"


class WebhookEndpointUpdated(Event):
    """An endpoint was changed."""

    name = "webhookEndpoint.updated"


class WebhookEndpointDisabled(Event):
    """An endpoint that takes nothing is sent nothing any more."""

    name = "webhookEndpoint.disabled"


class WebhookEndpointDeleted(Event):
    """An endpoint was deleted."""

    name = "webhookEndpoint.deleted"


class WebhookSecretRotated(Event):
    """An endpoint has a new secret."""

    name = "webhookSecret.rotated"


class WebhookTestRequested(Event):
    """An endpoint is to be sent an example."""

    name = "webhookTest.requested"


class WebhookMessagesReplayed(Event):
    """Messages are on their way once more."""

    name = "webhookMessages.replayed"


class WebhookMessageParked(Event):
    """A message was tried as often as messages are, and is given up until it is replayed."""

    name = "webhookMessage.parked"
