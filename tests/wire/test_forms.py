"""Forms as browsers' clients send them."""

from charter.wire.forms import FormIn, read_form


class Guests(FormIn):
    email_address: list[str] | None = None
    role: str | None = None


def test_a_list_is_a_repeated_field_and_an_empty_value_none_of_its_entries():
    assert read_form(b"email_address=a&email_address=b&email_address=", Guests) == {
        "email_address": ["a", "b"]
    }


def test_an_empty_list_can_be_sent():
    assert read_form(b"email_address=", Guests) == {"email_address": []}


def test_an_empty_value_is_null_and_unknown_fields_are_nobodys():
    assert read_form(b"role=&locale=en-US", Guests) == {"role": None}
