"""Money as integer minor units with an ISO 4217 currency."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

#: Largest amount that one posting may carry, in minor units: sums of millions of them still fit 64 bits.
AMOUNT_MINOR_MAX = 10**15

#: Currencies whose minor unit is not a hundredth (ISO 4217, list one).
_OTHER_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {code: places for places, codes in _OTHER_EXPONENTS.items() for code in codes.split()}
_HUNDREDTHS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP"
    " CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR"
    " JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN"
    " NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP"
    " SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"
)
#: Every currency that a debt may be kept in.
CURRENCIES = frozenset(_EXPONENTS) | frozenset(_HUNDREDTHS.split())

_AMOUNT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)


class MoneyError(ValueError):
    """An amount or a currency that cannot be kept; the message is fit to show."""


def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit (2 for CNY, 0 for JPY).

    Raises MoneyError for a code that ISO 4217 does not list.
    """
    if currency not in CURRENCIES:
        raise MoneyError(f"unknown currency {currency!r}")
    return _EXPONENTS.get(currency, 2)


def minor_from_decimal(text: str, currency: str) -> int:
    """Minor units of an amount written with a full stop, such as ``"1234.56"``; the sign is kept.

    Raises MoneyError when it is no plain decimal, has more decimals than the currency, or is over AMOUNT_MINOR_MAX.
    """
    places = exponent(currency)
    written = text.strip()
    if len(written) > 40 or not _AMOUNT.fullmatch(written):
        raise MoneyError(f"{text!r:.60} is not an amount")
    whole, _, fraction = written.partition(".")
    if len(fraction.rstrip("0")) > places:
        raise MoneyError(f"{written} has more decimals than {currency} ({places})")
    minor = int(whole + fraction[:places].ljust(places, "0"))
    if abs(minor) > AMOUNT_MINOR_MAX:
        raise MoneyError(f"{written} is larger than Recoup can keep")
    return minor


def decimal_text(minor: int, currency: str) -> str:
    """The amount as a plain decimal with all of the currency's places: ``decimal_text(120, "CNY") == "1.20"``."""
    places = exponent(currency)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def share_minor(amount_minor: int, share: Decimal) -> int:
    """A share of an amount in minor units, half to even; ``share`` 0.015 means 1.5 %."""
    return int((amount_minor * share).to_integral_value(rounding=ROUND_HALF_EVEN))
