"""The pages of one's own email addresses and phone numbers, from adding one to removing it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from charter.core.checks.model import StrategyNotAllowed
from charter.core.email_addresses import own as email_addresses
from charter.core.email_addresses.model import EmailAddress
from charter.core.grants.links import STATUS
from charter.core.links.model import EMAIL_LINK, LinkStatus
from charter.core.phone_numbers import own as phone_numbers
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.users import own
from charter.core.users.model import User
from charter.core.users.own import OwnPatch
from charter.kernel.errors import NotFound
from charter.kernel.operation import Operation
from charter.web.portal import mail_links, profile, ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Page, Shown, Went, Who
from charter.web.portal.visits import Visit

Row = EmailAddress | PhoneNumber


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between addresses and numbers."""

    word: str
    field: str
    argument: str
    row_id: str
    primary: str
    create: Operation[..., Any]
    prepare: Operation[..., Any]
    attempt: Operation[..., Any]
    delete: Operation[..., Any]
    rows: Callable[[User], tuple[Row, ...]]

    def pages(self) -> tuple[Page, ...]:
        """The pages of this kind."""
        signed_in = Who.SIGNED_IN
        place = f"profile/{self.word}"
        return (
            Page(f"{place}/new", self.show_new, self.send_new, (self.field,), who=signed_in),
            Page(f"{place}/{{row_id}}", profile.show, self.send_change, ("do",), who=signed_in),
            Page(
                f"{place}/{{row_id}}/code",
                self.show_code,
                self.send_code,
                ("code", "send", "strategy"),
                secret=("code",),
                who=signed_in,
            ),
            *self._link_pages(place),
        )

    def _link_pages(self, place: str) -> tuple[Page, ...]:
        if EMAIL_LINK not in ways.PROVEN_BY[self.field]:
            return ()
        fields, path = ("strategy",), f"{place}/{{row_id}}/link"
        return (Page(path, self.show_link, self.send_link, fields, who=Who.SIGNED_IN),)

    async def show_new(self, visit: Visit) -> Told:
        """Ask for another one."""
        return Shown(
            "identifier_new",
            {
                "kind": self.word,
                "field": self.field,
                "action": visit.path,
                "has_link": ways.proofs(visit.instance, self.field)[0] == EMAIL_LINK,
            },
        )

    async def send_new(self, visit: Visit, fields: Fields) -> Told:
        """Add one, and have a code or a link sent there."""
        given = fields[self.field].strip()
        if not given:
            raise ways.nothing(self.field)
        row = await visit.act(self.create, **{self.argument: given})
        return await self._sent(visit, row.id)

    async def send_change(self, visit: Visit, fields: Fields) -> Told:
        """Make one primary, or remove it."""
        row_id = visit.names["row_id"]
        if fields["do"] == "remove":
            await visit.act(self.delete, **{self.row_id: row_id})
            return Went("profile", done="removed")
        primary: dict[str, Any] = {self.primary: row_id}
        await visit.act(own.update, patch=OwnPatch(**primary))
        return Went("profile", done="saved")

    async def show_code(self, visit: Visit) -> Told:
        """Ask for the code that was sent there."""
        row = await self._row(visit)
        if row.is_verified:
            return Went("profile")
        place = f"profile/{self.word}/{row.id}/code"
        facts = {
            "texts": "sign_up_code",
            "sent_to": "",
            "identifier": getattr(row, self.argument),
            "changes_at": "profile",
            "action": place,
            "resend": place,
            "strategy": ways.proofs(visit.instance, self.field)[0],
            "target": "",
            "ways": None,
            "instead": self._other(visit, EMAIL_LINK),
        }
        return Shown("code", facts)

    async def send_code(self, visit: Visit, fields: Fields) -> Told:
        """Try the code, or have another one sent, or a link instead."""
        row_id = visit.names["row_id"]
        if fields["send"]:
            return await self._sent(visit, row_id, fields["strategy"])
        await visit.act(self.attempt, **{self.row_id: row_id}, code=ways.code_in(fields))
        return Went("profile", done="confirmed")

    async def show_link(self, visit: Visit) -> Told:
        """Wait until the link was opened."""
        row = await self._row(visit)
        if row.is_verified:
            return Went("profile", done="confirmed")
        if row.verification_strategy != EMAIL_LINK:
            return Went(f"profile/{self.word}/{row.id}/code")
        place = f"profile/{self.word}/{row.id}/link"
        return mail_links.waiting(
            visit,
            path=place,
            resend=place,
            ends_at=row.verification_expires_at,
            identifier=getattr(row, self.argument),
            changes_at="profile",
            instead=self._other(visit, "email_code"),
        )

    async def send_link(self, visit: Visit, fields: Fields) -> Told:
        """Have another link sent, or a code instead."""
        return await self._sent(visit, visit.names["row_id"], fields["strategy"])

    def _other(self, visit: Visit, strategy: str) -> str | None:
        """A strategy by which one can be proven instead; None where it cannot."""
        return strategy if strategy in ways.proofs(visit.instance, self.field) else None

    async def _row(self, visit: Visit) -> Row:
        """The one that the address names. Raises: NotFound."""
        row_id = visit.names["row_id"]
        rows = self.rows(await visit.act(own.get))
        row = next((each for each in rows if each.id == row_id), None)
        if row is None:
            raise NotFound("page")
        return row

    async def _sent(self, visit: Visit, row_id: str, strategy: str = "") -> Told:
        """Have a code or a link sent. Raises: StrategyNotAllowed."""
        chosen = strategy or ways.proofs(visit.instance, self.field)[0]
        if chosen not in ways.PROVEN_BY[self.field]:
            raise StrategyNotAllowed
        given = {self.row_id: row_id, "strategy": chosen}
        if chosen == EMAIL_LINK:
            given["redirect_url"] = mail_links.return_url(visit, OPENED)
        await visit.act(self.prepare, **given)
        is_link = chosen == EMAIL_LINK
        return Went(
            f"profile/{self.word}/{row_id}/{'link' if is_link else 'code'}",
            done="link_sent" if is_link else "code_sent",
        )


async def show_opened(visit: Visit) -> Told:
    """Go on where a link was of use; else say why it was not."""
    following = "profile" if visit.user is not None else ""
    refused = mail_links.refusal(visit, following=following, beginning="sign-in")
    if refused is not None:
        return refused
    is_done = visit.query.get(STATUS) == LinkStatus.VERIFIED
    if not following:
        return Went("sign-in", {"next": "profile"})
    return Went("profile", done="confirmed" if is_done else None)


OPENED = "profile/email/opened"
EMAIL = Kind(
    word="email",
    field="email_address",
    argument="address",
    row_id="email_address_id",
    primary="primary_email_address_id",
    create=email_addresses.create,
    prepare=email_addresses.prepare_verification,
    attempt=email_addresses.attempt_verification,
    delete=email_addresses.delete,
    rows=lambda user: user.email_addresses,
)
PHONE = Kind(
    word="phone",
    field="phone_number",
    argument="number",
    row_id="phone_number_id",
    primary="primary_phone_number_id",
    create=phone_numbers.create,
    prepare=phone_numbers.prepare_verification,
    attempt=phone_numbers.attempt_verification,
    delete=phone_numbers.delete,
    rows=lambda user: user.phone_numbers,
)
PAGES = (Page(OPENED, show_opened), *EMAIL.pages(), *PHONE.pages())
