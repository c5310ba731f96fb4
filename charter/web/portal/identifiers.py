"""The pages of one's own email addresses and phone numbers, from adding one to removing it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from charter.core.email_addresses import own as email_addresses
from charter.core.email_addresses.model import EmailAddress
from charter.core.phone_numbers import own as phone_numbers
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.users import own
from charter.core.users.model import User
from charter.core.users.own import OwnPatch
from charter.kernel.errors import NotFound
from charter.kernel.operation import Operation
from charter.web.portal import profile, ways
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
    strategy: str
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
                ("code", "send"),
                secret=("code",),
                who=signed_in,
            ),
        )

    async def show_new(self, visit: Visit) -> Told:
        """Ask for another one."""
        return Shown(
            "identifier_new", {"kind": self.word, "field": self.field, "action": visit.path}
        )

    async def send_new(self, visit: Visit, fields: Fields) -> Told:
        """Add one, and have a code sent there."""
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
        row_id = visit.names["row_id"]
        rows = self.rows(await visit.act(own.get))
        row = next((each for each in rows if each.id == row_id), None)
        if row is None:
            raise NotFound("page")
        if row.is_verified:
            return Went("profile")
        facts = {
            "texts": "sign_up_code",
            "sent_to": "",
            "identifier": getattr(row, self.argument),
            "changes_at": "profile",
            "action": f"profile/{self.word}/{row_id}/code",
            "resend": f"profile/{self.word}/{row_id}/code",
            "strategy": "",
            "target": "",
            "ways": None,
        }
        return Shown("code", facts)

    async def send_code(self, visit: Visit, fields: Fields) -> Told:
        """Try the code, or have another one sent."""
        row_id = visit.names["row_id"]
        if fields["send"]:
            return await self._sent(visit, row_id)
        await visit.act(self.attempt, **{self.row_id: row_id}, code=ways.code_in(fields))
        return Went("profile", done="confirmed")

    async def _sent(self, visit: Visit, row_id: str) -> Told:
        await visit.act(self.prepare, **{self.row_id: row_id}, strategy=self.strategy)
        return Went(f"profile/{self.word}/{row_id}/code", done="code_sent")


EMAIL = Kind(
    word="email",
    field="email_address",
    argument="address",
    strategy="email_code",
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
    strategy="phone_code",
    row_id="phone_number_id",
    primary="primary_phone_number_id",
    create=phone_numbers.create,
    prepare=phone_numbers.prepare_verification,
    attempt=phone_numbers.attempt_verification,
    delete=phone_numbers.delete,
    rows=lambda user: user.phone_numbers,
)
PAGES = (*EMAIL.pages(), *PHONE.pages())
