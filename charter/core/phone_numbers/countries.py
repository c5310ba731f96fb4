"""Countries of numbers, and those to which an instance sends no text message."""

import phonenumbers

from charter.core.instances.model import Instance
from charter.kernel.errors import DomainError, Kind


class CountryBlocked(DomainError):
    """The instance sends no text message to this country."""

    kind, code = Kind.NOT_PERMITTED, "country_blocked"
    message = "No text message is sent to numbers of this country from here."
    parameter = "phone_number"


def check_country(instance: Instance, number: str) -> None:
    """Refuse to send a text message to a number of a country that is blocked.

    number: in E.164. Raises: CountryBlocked.
    """
    if is_blocked(instance, number):
        raise CountryBlocked


def is_blocked(instance: Instance, number: str) -> bool:
    """Whether the instance sends no text message to a number in E.164."""
    blocked = instance.settings.messages.blocked_countries
    return bool(blocked) and not countries_of(number).isdisjoint(blocked)


def countries_of(number: str) -> frozenset[str]:
    """The country of a number, in ISO 3166-1 alpha-2; none for what is no number.

    Of a number that no country has given out, all countries that share its calling code.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return frozenset()
    region = phonenumbers.region_code_for_number(parsed)
    if region is not None:
        return frozenset({region})
    return frozenset(phonenumbers.region_codes_for_country_code(parsed.country_code or 0))
