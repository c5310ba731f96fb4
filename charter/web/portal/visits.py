"""A visit: one request to a page, with all that the page needs to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode

from charter.core.clients.state import BrowserState
from charter.core.instances.model import Instance
from charter.core.memberships.model import Membership
from charter.core.sessions.model import Session, SessionStatus
from charter.core.sessions.tasks import tasks_of
from charter.core.users.model import User
from charter.core.vocabulary import DEFAULT_ROLES
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.errors import Unauthenticated
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform
from charter.kernel.secrets import digest
from charter.wire.languages import Words

DEFAULT_NAMES = frozenset(name for name, _ in DEFAULT_ROLES.values())
P = ParamSpec("P")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a form was refused: at a field, or above the form where `field` is None."""

    field: str | None
    text: str


@dataclass
class Visit:
    """One request to a page.

    base: the portal's mount, without a trailing slash. names: the parts of the path that vary.
    query: the last value of each parameter. carried: what every link of the portal hands on.
    values: what a refused form held. file: what a form brought. client_token: what the browser is
    to hold from now on. changed: cookies that say that its sessions changed.
    """

    platform: Platform
    instance: Instance
    browser: Actor
    state: BrowserState | None
    facts: RequestFacts
    words: Words
    base: str
    path: str
    form_token: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    carried: Mapping[str, str] = field(default_factory=dict)
    return_url: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()
    client_token: str | None = None
    changed: tuple[str, ...] = ()
    retry_after_seconds: int | None = None
    file: bytes | None = field(default=None, repr=False)

    @property
    def session(self) -> Session | None:
        """The session that acts: the one used last in this browser, else the newest."""
        if self.state is None or not self.state.sessions:
            return None
        last = self.state.client.last_active_session_id
        found = [each for each in self.state.sessions if each.id == last]
        return found[0] if found else self.state.sessions[-1]

    @property
    def user(self) -> User | None:
        """Who acts."""
        session = self.session
        if session is None or self.state is None:
            return None
        return self.state.users[session.user_id]

    @property
    def is_pending(self) -> bool:
        """Whether something is left to do before the session is good for anything."""
        session = self.session
        if session is None:
            return False
        return session.status_at(self.platform.clock()) is SessionStatus.PENDING

    @property
    def tasks(self) -> tuple[str, ...]:
        """The keys of what is left to do."""
        session = self.session
        if session is None:
            return ()
        return tasks_of(self.instance, session.at(self.platform.clock()))

    @property
    def memberships(self) -> tuple[Membership, ...]:
        """The organizations of who acts, the newest first."""
        if self.state is None or self.user is None:
            return ()
        return self.state.memberships.get(self.user.id, ())

    @property
    def membership(self) -> Membership | None:
        """The acting person in the organization that their session is active in."""
        session = self.session
        active = session.last_active_organization_id if session is not None else None
        found = [each for each in self.memberships if each.organization_id == active]
        return found[0] if found else None

    def person(self) -> Actor:
        """The actor for what somebody does with their own account. Raises: Unauthenticated."""
        session = self.session
        if session is None:
            raise Unauthenticated("user")
        return Actor(
            ActorKind.USER,
            self.instance.id,
            session.id,
            user_id=session.user_id,
            session_id=session.id,
            impersonator=session.impersonator,
            client_digest=self.browser.client_digest,
        )

    async def ask(self, operation: Operation[P, Result], /, **arguments: Any) -> Result:
        """Call an operation as the browser."""
        return await run(self.platform, self.browser, operation, self.facts, arguments=arguments)

    async def act(self, operation: Operation[P, Result], /, **arguments: Any) -> Result:
        """Call an operation as the person who is signed in. Raises: Unauthenticated."""
        return await run(self.platform, self.person(), operation, self.facts, arguments=arguments)

    def adopt(self, client_token: str | None) -> None:
        """Go on as the browser that will hold this token, where it was given a new one."""
        if client_token is not None:
            self.client_token = client_token
            self.browser = replace(self.browser, client_digest=digest(client_token))

    def to(self, path: str, /, **query: str) -> str:
        """The address of a page of the portal, with what every link hands on."""
        carried = urlencode({**self.carried, **query})
        place = f"{self.base}/{path}".rstrip("/")
        return f"{place}?{carried}" if carried else place

    def complaint(self, field: str | None) -> str | None:
        """What is wrong with a field of the refused form; with the form itself for None."""
        found = [each.text for each in self.complaints if each.field == field]
        return found[0] if found else None

    def value(self, name: str, default: str | None = None) -> str:
        """What a field is filled with: what was sent, else the default."""
        return self.values.get(name, default or "")

    @property
    def done(self) -> str | None:
        """What the page before has done, in words; None for what it cannot have."""
        key = f"done.{self.query.get('done', '')}"
        return self.words(key) if key in self.words else None

    def day(self, moment: datetime) -> str:
        """A date, as it is written in the reader's language."""
        month = self.words(f"month.{moment.month}")
        return self.words("date", day=moment.day, month=month, year=moment.year)

    def device(self, activity: Mapping[str, Any] | None) -> str | None:
        """What a session was used with last, as `Firefox, Linux`; None where that is unknown."""
        known = activity or {}
        found = [known.get("browser_name"), known.get("device_type")]
        return ", ".join(part for part in found if part) or None

    def role(self, key: str, name: str) -> str:
        """The name of a role: in the reader's language if it is one that every instance has."""
        known = f"role.{key.removeprefix('org:')}"
        return self.words(known) if known in self.words and name in DEFAULT_NAMES else name

    def picture(self, kind: str, subject_id: str, image_key: str | None) -> str:
        """The address of a picture. `kind`: `users` or `organizations`."""
        if image_key is not None:
            return f"/images/files/{image_key}"
        return f"/images/{kind}/{self.instance.id}/{subject_id}.svg"
