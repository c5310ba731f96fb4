"""Finds who an identifier belongs to, among those that an instance signs in by."""

from charter.core.email_addresses.normal_form import address_key
from charter.core.instances.model import Instance
from charter.core.phone_numbers.normal_form import e164
from charter.core.sign_ins import queries
from charter.core.users.model import User
from charter.core.web3_wallets.normal_form import wallet_address
from charter.kernel.db import Db, Statement
from charter.kernel.errors import DomainError

MAX_LENGTH = 320


def _lookups(instance: Instance, identifier: str) -> list[tuple[Statement[User], str]]:
    """The statements that may find the person, with the normal form of the identifier."""
    attributes = instance.settings.attributes
    found: list[tuple[Statement[User], str]] = []
    if "@" in identifier and attributes.email_address.is_enabled:
        found.append((queries.BY_EMAIL_ADDRESS, address_key(identifier)))
    elif identifier.startswith("+") and attributes.phone_number.is_enabled:
        found.append((queries.BY_PHONE_NUMBER, e164(identifier)))
    elif identifier.startswith("0x") and attributes.web3_wallet.is_enabled:
        found.append((queries.BY_WEB3_WALLET, wallet_address(identifier)))
    if attributes.username.is_enabled and "@" not in identifier:
        found.append((queries.BY_USERNAME, identifier.lower()))
    return found


async def find_person(db: Db, instance: Instance, identifier: str) -> User | None:
    """The user who signs in with this identifier; None for a text that is none at all too."""
    text = identifier.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    try:
        lookups = _lookups(instance, text)
    except DomainError:
        return None
    for statement, value in lookups:
        user = await db.find(statement, value=value)
        if user is not None:
            return user
    return None
