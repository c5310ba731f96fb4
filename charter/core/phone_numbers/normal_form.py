"""The one form in which phone numbers are kept and compared: E.164."""

import phonenumbers

from charter.core.phone_numbers.model import PhoneNumberInvalid

MAX_LENGTH = 64


def e164(number: str, parameter: str = "phone_number") -> str:
    """The number as `+`, country code and digits.

    number: in international form; spaces, brackets and hyphens are fine. Numbers that a country
        has not given out are taken, so that test numbers work.
    Raises: PhoneNumberInvalid.
    Source: ITU-T E.164.
    """
    if len(number) > MAX_LENGTH or not number.strip().startswith("+"):
        raise PhoneNumberInvalid(parameter)
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException as mistake:
        raise PhoneNumberInvalid(parameter) from mistake
    if parsed.extension or not phonenumbers.is_possible_number(parsed):
        raise PhoneNumberInvalid(parameter)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
