"""The shapes of this API's answers: the envelope, pages of lists, redirects, proofs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from charter.core.checks.model import Check
from charter.core.verification import FROM_OUTSIDE
from charter.kernel.lists import Found
from charter.surfaces.backend.external_accounts_out import error_out
from charter.surfaces.backend.shapes import Deleted, millis_or_none
from charter.wire.call import Out, View

Response = TypeVar("Response")
State = TypeVar("State")


class Enveloped(msgspec.Struct, Generic[Response, State], kw_only=True):
    """What is around nearly every answer: the browser's whole state beside what was asked."""

    response: Response
    client: State


class Wrapped:
    """Answers `response` in an envelope with the browser's state."""

    def __init__(self, item: Any) -> None:
        self.item = item

    @property
    def type(self) -> Any:
        """For the description of the API."""
        # The client's own shape holds shapes that are made of those here.
        from charter.surfaces.frontend.client_out import ClientOut  # noqa: PLC0415

        inner: Any = getattr(self.item, "type", self.item)
        return Enveloped[inner, ClientOut | None]

    def of(self, result: Any, view: View) -> Any:
        """What stands in `response`."""
        return self.item.of(result, view)


class Nothing:
    """Stands in `response` where there is nothing to say."""

    type = None

    @classmethod
    def of(cls, _result: Any, _view: View) -> None:
        """Null."""


class PageOut(msgspec.Struct, kw_only=True):
    """A page of a list."""

    data: list[Any]
    total_count: int


class Listed:
    """Answers a Found as `data` and `total_count`."""

    type = PageOut

    def __init__(self, item: Any) -> None:
        self.item = item

    def of(self, result: Found[Any], view: View) -> PageOut:
        """The page."""
        items = [self.item.of(row, view) for row in result.items]
        return PageOut(data=items, total_count=result.total or 0)


class Gone:
    """Answers what was deleted as its kind and id."""

    type = Deleted

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def of(self, result: Any, _view: View) -> Deleted:
        """The deleted thing."""
        return Deleted(object=self.kind, id=result.id, deleted=True)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A result that sends the browser elsewhere. `cookies` are complete Set-Cookie values."""

    location: str
    status: int = 303
    cookies: tuple[str, ...] = ()


class Redirecting:
    """Sends the browser to the `location` of a result, with its `cookies`.

    renews_client: whether the browser's own cookie is handed out anew, to be kept for longer.
    """

    type = None

    def __init__(self, status: int = 303, *, renews_client: bool = False) -> None:
        self.status = status
        self.renews_client = renews_client

    def of(self, result: Any, _view: View) -> Redirect:
        """Where the browser goes."""
        return Redirect(result.location, self.status, tuple(getattr(result, "cookies", ())))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ours, with the headers that guard it."""

    html: str
    headers: Mapping[str, str]


class Paged:
    """Answers with a page, or sends the browser elsewhere; `draw` decides which."""

    type = None

    def __init__(self, draw: Callable[[Any, View], Page | Redirect]) -> None:
        self.draw = draw

    def of(self, result: Any, view: View) -> Page | Redirect:
        """The page."""
        return self.draw(result, view)


OBJECTS = {
    "password": "verification_password",
    "email_link": "verification_email_link",
    "ticket": "verification_ticket",
    "totp": "verification_totp",
    "backup_code": "verification_backup_code",
    "passkey": "verification_passkey",
    "google_one_tap": "verification_google_one_tap",
}


def object_of(strategy: str) -> str:
    """The kind of a verification, which tells clients how to read it."""
    if strategy.startswith("oauth_"):
        return "verification_oauth"
    if strategy.startswith(FROM_OUTSIDE):
        return "verification_from_oauth"
    if strategy.startswith("web3_"):
        return "verification_web3"
    return OBJECTS.get(strategy, "verification_otp")


def is_wallet(check: Check) -> bool:
    """Whether a wallet's signature is what is waited for."""
    return check.strategy.startswith("web3_")


class CheckOut(Out):
    """How far the proof of a factor has come."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: int | None
    nonce: str | msgspec.UnsetType
    message: str | msgspec.UnsetType
    external_verification_redirect_url: str | msgspec.UnsetType | None
    error: Any

    @classmethod
    def of(cls, check: Check | None, view: View) -> "CheckOut | None":
        """As this API writes it; None, where nothing has begun."""
        if check is None:
            return None
        is_elsewhere = check.strategy.startswith("oauth_")
        elsewhere = check.redirect_url if is_elsewhere else msgspec.UNSET
        return cls(
            object=object_of(check.strategy),
            status=check.status_at(view.now).value,
            strategy=check.strategy,
            attempts=check.attempts,
            expire_at=millis_or_none(check.expires_at),
            nonce=check.nonce if check.nonce is not None else msgspec.UNSET,
            # What a wallet signs is read from the one name or the other, as clients are old.
            message=check.nonce if check.nonce and is_wallet(check) else msgspec.UNSET,
            external_verification_redirect_url=elsewhere,
            error=error_out(check.error),
        )
