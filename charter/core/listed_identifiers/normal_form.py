"""The one form by which identifiers are looked up in the lists."""

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.listed_identifiers.model import IdentifierInvalid, IdentifierType
from charter.core.phone_numbers.model import PhoneNumberInvalid
from charter.core.phone_numbers.normal_form import e164
from charter.core.web3_wallets.model import Web3WalletInvalid
from charter.core.web3_wallets.normal_form import wallet_address

ANYBODY = "*@"
"""Before a domain: every address there."""


def key_of(identifier: str) -> tuple[IdentifierType, str]:
    """What an identifier of a list is, and its normal form. Raises: IdentifierInvalid."""
    text = identifier.strip()
    try:
        if "@" in text:
            local, _, domain = text.rpartition("@")
            if local in {"", "*"}:
                return IdentifierType.EMAIL_ADDRESS, _everybody(address_key(f"x@{domain}"))
            return IdentifierType.EMAIL_ADDRESS, address_key(text)
        if text.startswith("+"):
            return IdentifierType.PHONE_NUMBER, e164(text)
        return IdentifierType.WEB3_WALLET, wallet_address(text)
    except (EmailAddressInvalid, PhoneNumberInvalid, Web3WalletInvalid) as mistake:
        raise IdentifierInvalid from mistake


def keys_of(identifier: str) -> tuple[str, ...]:
    """By what a person's address, number or wallet may stand in a list."""
    if "@" not in identifier:
        return (identifier,)
    key = address_key(identifier)
    return key, _everybody(key)


def _everybody(key: str) -> str:
    return ANYBODY + key.rpartition("@")[2]
