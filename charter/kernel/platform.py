"""The parts of this process that operations stand on, put together once at start."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from charter.kernel.actor import Actor
from charter.kernel.db import Database, Db
from charter.kernel.permission import Requirement
from charter.kernel.secrets import Vault
from charter.kernel.tally import Tally
from charter.kernel.tokens import SigningKey
from charter.kernel.work import WorkPool


class Standing(Protocol):
    """What a user is in an organization, as far as a decision needs it."""

    @property
    def is_member(self) -> bool:
        """Whether the organization is visible to them."""

    @property
    def permissions(self) -> frozenset[str]:
        """The keys that their role holds."""


class Authority(Protocol):
    """Looks up the standing that a permission is decided by."""

    async def standing(self, db: Db, organization_id: str, user_id: str) -> Standing:
        """The user's standing in the organization, never None."""

    def satisfies(self, standing: Standing, requirement: Requirement) -> bool:
        """Whether the standing is enough."""

    def token_satisfies(self, actor: Actor, requirement: Requirement) -> bool:
        """Whether an organization's token is enough."""

    async def stewardship(self, db: Db, steward: Actor) -> frozenset[str]:
        """What a steward holds in the instance they came to; nothing if they are none any more."""

    def steward_satisfies(self, permissions: frozenset[str], requirement: Requirement) -> bool:
        """Whether what a steward holds is enough."""

    def token_standing(self, actor: Actor) -> Standing:
        """What an organization's token is in its organization."""


class Blob(Protocol):
    """A file as it was kept."""

    @property
    def data(self) -> bytes:
        """What is in it."""

    @property
    def content_type(self) -> str:
        """What it is."""


class Blobs(Protocol):
    """Where files are kept."""

    async def get(self, key: str) -> Blob:
        """What is kept under `key`. Raises: NotFound; ValueError, for what no key can be."""

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Keep `data` under `key`."""

    async def delete(self, key: str) -> None:
        """Forget what is kept under `key`; nothing there is fine."""


class FileStore(Protocol):
    """Where the bytes of organizations' files are; `core/files/stores.py` says what more it can."""

    @property
    def signs(self) -> bool:
        """Whether clients read and write at the store itself, by addresses that it has signed."""

    async def delete(self, name: str) -> None:
        """Forget the bytes under a name; nothing there is fine."""


class WayOut(Protocol):
    """The way out for one sort of message."""

    async def send(self, message: Any, *, reference: str) -> None:
        """Hand a message over to be delivered.

        reference: what names it over all attempts, so that a second copy is known as one.
        """


class Records(Protocol):
    """Looks up what the holders of domains have published."""

    async def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name (RFC 1035, section 3.3.14), none where it has none.

        Raises: Unavailable, when no server of the domain answers.
        """


class Identity(Protocol):
    """The identity providers outside, as far as anything is asked of them."""

    async def discover(self, issuer: str, *, may_be_private: bool) -> Any:
        """What an issuer's document says of it. Raises: DiscoveryFailed."""

    async def discover_at(self, url: str, *, may_be_private: bool) -> Any:
        """What the document at an address says of its issuer. Raises: DiscoveryFailed."""

    async def saml_metadata(self, url: str, *, may_be_private: bool) -> bytes:
        """The document at an address, unread. Raises: MetadataNotFetched."""

    async def identify(self, connection: Any, answered: Any) -> Any:
        """Who the provider says that a browser's person is. Raises: ProviderFailed.

        To be called while no transaction is open: providers are slow.
        """

    async def renew(self, connection: Any, refresh_token: str, at: datetime) -> Any:
        """Tokens in place of those that ended. Raises: ProviderFailed. As `identify`."""


class Posts(Protocol):
    """The way out to the servers of apps."""

    def opened(self, *, may_be_private: bool) -> AbstractAsyncContextManager[Any]:
        """Something with `post(url, body, headers)`, which keeps its connections a while.

        may_be_private: whether http and addresses of this machine and its networks are fine.
        """


class Captcha(Protocol):
    """The operator's service that tells people from programs."""

    @property
    def script_url(self) -> str:
        """The script with which a page of ours shows the check, an http or https address."""

    async def is_person(self, token: str, address: str | None) -> bool:
        """Whether a browser's check held. A service that is away lets people through."""


class Proxies(Protocol):
    """The proxies of apps, which forward to the Frontend API."""

    async def is_healthy(self, url: str, *, may_be_private: bool) -> bool:
        """Whether an address answers that all is well behind it; False for one that is away.

        may_be_private: whether it may be in our own network.
        """


class Breaches(Protocol):
    """What is known of passwords from breaches."""

    async def is_known(self, password: str) -> bool:
        """Whether a password is among them; False when that cannot be told in time."""


class PaymentGateway(Protocol):
    """Who takes money from people's cards."""

    async def charge(self, secret: str, charge: Any) -> Any:
        """Collect a charge, once however often it is asked with the same reference.

        To be called while no transaction is open.
        Raises: GatewayAway, when what became of it is not known.
        """

    async def customer(self, secret: str, organization_id: str) -> str:
        """Make an organization a customer, once. Returns: the gateway's id of it.

        This and all below raise Refused, and GatewayAway when there was no answer.
        """

    async def checkout(self, secret: str, checkout: Any) -> tuple[str, str]:
        """Begin a checkout. Returns: the id and the address of its page."""

    async def checkout_of(self, secret: str, checkout_id: str) -> Any:
        """What became of a checkout; None where there is none."""

    async def portal(self, secret: str, customer: str, return_url: str) -> tuple[str, str]:
        """Make a page for a customer. Returns: its id and its address."""

    async def told(self, secret: str, customer: str) -> Any:
        """All that is known of a customer."""

    async def change(self, secret: str, subscription: str, change: Any) -> Any:
        """Change a subscription. Returns: it as it is then."""

    async def cancel(self, secret: str, subscription: str, *, at_period_end: bool) -> Any:
        """Cancel a subscription. Returns: it as it is then; one that is over stays as it is."""

    def event(self, payload: bytes, signature: str, secret: str | None) -> Any:
        """What was posted, as far as the gateway signed it. Raises: NotSigned."""


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this server and its app are reached from outside, without a trailing slash.

    Links in mail are built from these alone, never from a request.
    """

    api_url: str = "http://localhost:8000"
    frontend_url: str = "http://localhost:8000"
    app_url: str = "http://localhost:3000"


class NoRecords:
    """Knows of nothing published, for processes that never ask."""

    async def texts(self, name: str) -> tuple[str, ...]:  # noqa: ARG002
        """None."""
        return ()


NO_RECORDS = NoRecords()


@dataclass(frozen=True, slots=True)
class Platform:
    """What every operation may stand on."""

    database: Database
    vault: Vault
    work: WorkPool
    authority: Authority
    blobs: Blobs
    files: FileStore | None = None
    """Where the bytes of organizations' files are; None: nowhere."""
    mail: WayOut | None = None
    """None: mail is kept for a developer to read instead of being sent."""
    texts: WayOut | None = None
    """The same for text messages."""
    records: Records = NO_RECORDS
    """Who says what domains have published; in tests, what the tests say."""
    identity: Identity | None = None
    """None: no provider can be reached."""
    posts: Posts | None = None
    """None: nothing is posted to the servers of apps."""
    private_addresses: bool = False
    """Whether development instances may have this server ask in its private networks."""
    operator_mail: str | None = None
    """Who is told of what an operator has to look at; None tells nobody."""
    captcha: Captcha | None = None
    breaches: Breaches | None = None
    proxies: Proxies | None = None
    """None: no proxy can be asked."""
    gateway: PaymentGateway | None = None
    """None: payments are settled by hand alone."""
    addresses: Addresses = field(default_factory=Addresses)
    most_keyless_starts: int = 0
    """How many applications may have been made by SDKs for themselves; 0: none may."""
    clock: Callable[[], datetime] = system_clock
    new_signing_key: Callable[[str], SigningKey] = SigningKey.generate
    refusals: Tally = field(default_factory=Tally)
    is_strict: bool = False
    """In tests: an error that an operation did not declare is a defect, not an answer."""
