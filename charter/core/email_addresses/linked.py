"""The accounts at providers that have an address too, read with the address."""

from typing import Any

from sqlalchemy import Text, func

from charter.core.aggregates import gathered
from charter.core.email_addresses.model import LinkedAccount
from charter.core.email_addresses.tables import email_addresses
from charter.core.external_accounts.tables import external_accounts

_of_account = {
    "strategy": external_accounts.c.provider,
    "identification_id": external_accounts.c.identification_id,
}
LINKED_ACCOUNTS: Any = gathered(
    LinkedAccount,
    external_accounts,
    external_accounts.c.instance_id == email_addresses.c.instance_id,
    external_accounts.c.user_id == email_addresses.c.user_id,
    # Who the provider's account is has been proven; what is only wished for links nothing.
    external_accounts.c.provider_user_id.is_not(None),
    func.lower(external_accounts.c.email_address, type_=Text) == email_addresses.c.address_key,
    correlate=email_addresses,
    column=_of_account.__getitem__,
)


def address_column(name: str) -> Any:
    """The column of an EmailAddress's field, over `email_addresses`."""
    return LINKED_ACCOUNTS if name == "linked_accounts" else email_addresses.c[name]
