"""Money: whole numbers of a currency's smallest unit, never a fraction."""

from dataclasses import dataclass

from charter.kernel.errors import InvalidInput

DEFAULT_CURRENCY = "USD"
MOST = 10**12
"""The largest amount that is taken, in the smallest unit."""

CURRENCIES: dict[str, tuple[str, int]] = {
    "AUD": ("A$", 2),
    "BRL": ("R$", 2),
    "CAD": ("CA$", 2),
    "CHF": ("CHF", 2),
    "CZK": ("Kč", 2),
    "DKK": ("kr", 2),
    "EUR": ("€", 2),
    "GBP": ("£", 2),
    "INR": ("₹", 2),
    "JPY": ("¥", 0),
    "KRW": ("₩", 0),
    "MXN": ("MX$", 2),
    "NOK": ("kr", 2),
    "NZD": ("NZ$", 2),
    "PLN": ("zł", 2),
    "SEK": ("kr", 2),
    "SGD": ("S$", 2),
    "USD": ("$", 2),
    "ZAR": ("R", 2),
}
"""Code → symbol and how many digits stand behind the point. Source: ISO 4217."""

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
ISO_4217 = frozenset(_CODES.split())
"""The currencies that something outside may have been paid in, more than plans are priced in."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency's smallest unit; less than nothing where something was taken."""

    amount: int
    currency: str

    @property
    def symbol(self) -> str:
        """What is written before it."""
        return CURRENCIES[self.currency][0]

    @property
    def formatted(self) -> str:
        """It in decimals, without the symbol: 49.99."""
        digits = CURRENCIES[self.currency][1]
        whole, rest = divmod(abs(self.amount), 10**digits)
        sign = "-" if self.amount < 0 else ""
        return f"{sign}{whole}.{rest:0{digits}}" if digits else f"{sign}{whole}"


def checked_currency(currency: str) -> str:
    """A known currency in capitals. Raises: InvalidInput."""
    code = currency.upper()
    if code not in CURRENCIES:
        raise InvalidInput("currency", reason=f"it must be one of {', '.join(CURRENCIES)}")
    return code


def share(amount: int, part: int, whole: int) -> tuple[int, int]:
    """An amount split in two, the first `part` of `whole` rounded down: together all of it."""
    first = amount * part // whole
    return first, amount - first
