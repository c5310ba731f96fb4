"""The one normal form by which domains are compared, and the domains that are everybody's."""

from pathlib import Path

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.organization_domains.model import DomainCommon, DomainNameInvalid
from charter.core.sign_ups.admitting import is_disposable

MAX_LENGTH = 253


def domain_name(text: str, parameter: str = "name") -> str:
    """The normal form of a domain: lower case, ASCII, as behind the @ of an `address_key`.

    Raises: DomainNameInvalid, for what is no domain; DomainCommon, for one where anybody may
        have an address.
    """
    trimmed = text.strip().rstrip(".")
    if len(trimmed) > MAX_LENGTH or "@" in trimmed:
        raise DomainNameInvalid(parameter)
    try:
        name = domain_of(address_key(f"x@{trimmed}"))
    except EmailAddressInvalid as mistake:
        raise DomainNameInvalid(parameter) from mistake
    if "." not in name:
        raise DomainNameInvalid(parameter)
    if is_common(name) or is_disposable(name):
        raise DomainCommon(parameter, name=name)
    return name


def domain_of(key: str) -> str:
    """The domain of an address in its normal form."""
    return key.rpartition("@")[2]


def is_common(name: str) -> bool:
    """Whether anybody may have an address of this domain, so that it tells of no organization."""
    return name in COMMON or name.partition(".")[0] in COMMON_IN_COUNTRIES


COMMON_IN_COUNTRIES = frozenset({"gmx", "hotmail", "yahoo", "ymail", "yandex"})
"""Providers with a domain in many countries, by the first part of its name."""

COMMON = frozenset((Path(__file__).parent / "common.txt").read_text("ascii").split())
"""Domains of providers of mail for everybody."""
