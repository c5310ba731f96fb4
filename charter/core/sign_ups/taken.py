"""Treats addresses and numbers of users as anybody's, where an instance hides who is known.

A sign-up with one goes on as any other does, up to the proof: that can never be given, and whoever
has the address is told by mail that they have an account.
"""

from charter.core.checks import codes, links
from charter.core.checks.model import Check
from charter.core.email_addresses.mailboxes import check_mailbox
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.email_addresses.normal_form import address_key
from charter.core.email_addresses.queries import ROWS as EMAIL_ADDRESSES
from charter.core.instances.model import Instance
from charter.core.links.model import EMAIL_LINK
from charter.core.messages.queueing import queue
from charter.core.phone_numbers.countries import check_country
from charter.core.phone_numbers.model import PhoneNumberTaken
from charter.core.phone_numbers.normal_form import e164
from charter.core.phone_numbers.queries import ROWS as PHONE_NUMBERS
from charter.core.sign_ups.model import SignUp
from charter.kernel.db import Db
from charter.kernel.operation import Context

NOBODY = ""
SUBJECT = "You have an account already"
PARAGRAPHS = (
    "Somebody wanted to sign up with this email address, which has an account already.",
    "If it was you, sign in instead; with a forgotten password, choose another one there.",
    "If it was not you, there is nothing that you have to do.",
)


def is_hidden(instance: Instance, field: str) -> bool:
    """Whether nobody is to see if an address or number is a user's.

    Only one that has to be proven can be hidden: nothing comes of a sign-up before.
    """
    hides = instance.settings.sign_in.hides_unknown_identifiers
    attribute = getattr(instance.settings.attributes, field)
    return hides and bool(attribute.is_verified_at_sign_up)


async def free_address(db: Db, instance: Instance, text: str) -> str:
    """An address that nobody has, as it is kept. Raises: EmailAddressInvalid, EmailAddressTaken."""
    key = address_key(text)
    if await EMAIL_ADDRESSES.is_held_by_another(db, key, NOBODY):
        raise EmailAddressTaken("email_address")
    await check_mailbox(db, instance, key)
    return text.strip()


async def free_number(db: Db, instance: Instance, text: str) -> str:  # noqa: ARG001  # as above
    """A number that nobody has, as it is kept. Raises: PhoneNumberInvalid, PhoneNumberTaken."""
    number = e164(text)
    if await PHONE_NUMBERS.is_held_by_another(db, number, NOBODY):
        raise PhoneNumberTaken("phone_number")
    return number


FREE = {"email_address": free_address, "phone_number": free_number}


async def is_taken(ctx: Context, instance: Instance, field: str, to: str) -> bool:
    """Whether a code or link would go to somebody who is known, and that is hidden."""
    if field not in FREE or not is_hidden(instance, field):
        return False
    try:
        await FREE[field](ctx.db, instance, to)
    except (EmailAddressTaken, PhoneNumberTaken):
        return True
    return False


async def prepared(
    ctx: Context,
    instance: Instance,
    sign_up: SignUp,
    *,
    strategy: str,
    to: str,
    redirect_url: str | None,
) -> Check:
    """A check that nothing is ever right for; who has the address is written to.

    Raises: CountryBlocked; MissingInput; ReturnUrlNotAllowed; TooManyCodes.
    """
    if "@" not in to:
        check_country(instance, to)
    if strategy == EMAIL_LINK:
        check = await links.withheld(ctx, instance, to=to, redirect_url=redirect_url)
    else:
        check = await codes.withheld(
            ctx, instance, client_id=sign_up.client_id, strategy=strategy, to=to
        )
    if "@" in to:
        await queue(ctx, "notice", to, subject=SUBJECT, paragraphs=list(PARAGRAPHS))
    return check
