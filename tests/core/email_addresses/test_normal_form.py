"""Addresses in their normal form: the plain ones take a shorter way to the same end."""

import pytest

from charter.core.email_addresses import normal_form
from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key

LONG_DOMAIN = ".".join(["d" * 60] * 3)


@pytest.mark.security("J5")
@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Ada.Lovelace+tag@Example.COM", "ada.lovelace+tag@example.com"),
        (" ada@example.com ", "ada@example.com"),
        ("ada@BÜCHER.example.com", "ada@xn--bcher-kva.example.com"),
        ("ada@example。com", "ada@example.com"),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}da@example.com", "ada@example.com"),
        ("\N{KELVIN SIGN}en@example.com", "ken@example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("ÀDA@example.com", "àda@example.com"),
        ("straße@example.com", "strasse@example.com"),
        ("STRA\N{LATIN CAPITAL LETTER SHARP S}E@example.com", "strasse@example.com"),
        (f"{'a' * 64}@{LONG_DOMAIN}.com", f"{'a' * 64}@{LONG_DOMAIN}.com"),
    ],
)
def test_an_address_has_one_form_however_it_is_written(address, key):
    assert address_key(address) == key
    assert address_key(key) == key


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "a@b@example.com",
        ".ada@example.com",
        "ada.@example.com",
        "a..da@example.com",
        "ada@example",
        "ada@localhost",
        "ada@exa mple.com",
        "ada@-example.com",
        "ada@example..com",
        "ada@[127.0.0.1]",
        "ada@example.com\nbcc",
        f"ada@{'d' * 64}.com",
        # In ASCII its domain is longer than it looks.
        f"{'a' * 64}@{'.'.join(['ü' * 40] * 4)}.com",
    ],
)
def test_what_is_no_address_has_none_the_second_time_either(address):
    for _ in range(2):
        with pytest.raises(EmailAddressInvalid):
            address_key(address)


def test_the_shorter_way_leads_where_the_longer_one_does(monkeypatch):
    domains = (
        "example.com",
        "EXAMPLE.com",
        "bücher.de",
        "xn--bcher-kva.de",
        "mail.test",
        "a.b.c.de",
    )
    locals_ = ("ada", "A-d_a", "1", "x" * 64, "a.b.c+d")
    addresses = [f"{local}@{domain}" for local in locals_ for domain in domains]
    short = [address_key(each) for each in addresses]
    monkeypatch.setattr(normal_form, "_MAX_LOCAL", 0)
    assert [address_key(each) for each in addresses] == short
