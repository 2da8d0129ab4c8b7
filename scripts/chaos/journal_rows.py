"""Rows of exported journals, and the exact numbers in them.

Nothing here is shared with the programs under test: ids and amounts are read from the text of the export.
"""

import json
import re

PRICE_DECIMALS = 9
QUANTITY_DECIMALS = 8
MONEY_DECIMALS = 8
BPS_DECIMALS = 4
CASH_DECIMALS = PRICE_DECIMALS + QUANTITY_DECIMALS
"""Price times quantity is exact in this many."""

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U."""
PLAIN = "0123456789abcdefghijklmnopqrstuv"
TO_PLAIN = str.maketrans(DIGITS, PLAIN)
ORDER_ID = re.compile(f"W[0-3][{DIGITS}]{{22}}")


class BadRow(Exception):
    """A line that is no row, or a row that says something no journal can say."""


class Row:
    """One line of an export."""

    __slots__ = ("component", "seq", "epoch", "at", "fact", "fields")

    def __init__(self, component, fields):
        self.component = component
        self.fields = fields
        try:
            self.seq = int(fields["seq"])
            self.epoch = int(fields["epoch"])
            self.at = int(fields["atNanos"])
            self.fact = fields["fact"]
        except (KeyError, TypeError, ValueError) as problem:
            raise BadRow(f"{component}: a row without seq, epoch, atNanos and fact: {fields}") from problem

    def __str__(self):
        return f"{self.component} {self.seq}"

    def get(self, name):
        """The field's value; None when the export leaves it out."""
        return self.fields.get(name)

    def need(self, name):
        value = self.fields.get(name)
        if value is None:
            raise BadRow(f"{self}: {self.fact} without {name}")
        return value

    def number(self, name):
        value = self.need(name)
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise BadRow(f"{self}: {name} is {value!r}, which is no whole number")
        try:
            return int(value)
        except ValueError as problem:
            raise BadRow(f"{self}: {name} is {value!r}, which is no whole number") from problem

    def price(self, name="price"):
        return self._fixed(name, PRICE_DECIMALS)

    def quantity(self, name="quantity"):
        return self._fixed(name, QUANTITY_DECIMALS)

    def money(self, name):
        return self._fixed(name, MONEY_DECIMALS)

    def _fixed(self, name, decimals):
        try:
            return fixed(self.need(name), decimals)
        except ValueError as problem:
            raise BadRow(f"{self}: {name}: {problem}") from problem


TERM_PRICES = ("price", "entryPrice", "stopPrice", "takeProfitPrice")
TERM_NUMBERS = ("strategy", "instrument", "expireNanos")
TERM_WORDS = ("side", "type", "timeInForce")


def terms_of(row):
    """What a signal or an intent asks for, by name, in whole numbers and words; what it leaves out is None."""
    readers = [(name, row.price) for name in TERM_PRICES] + [(name, row.number) for name in TERM_NUMBERS]
    readers += [(name, row.need) for name in TERM_WORDS] + [("quantity", row.quantity)]
    return {name: None if row.get(name) is None else read(name) for name, read in readers}


def row_of(component, line):
    """Reads one line of JSON."""
    try:
        fields = json.loads(line)
    except ValueError as problem:
        raise BadRow(f"{component}: no JSON: {line[:200]!r}: {problem}") from problem
    if not isinstance(fields, dict):
        raise BadRow(f"{component}: no object: {line[:200]!r}")
    return Row(component, fields)


def fixed(text, decimals):
    """A decimal text as a whole number of 10^-decimals, exactly."""
    text = str(text)
    whole, point, fraction = text.partition(".")
    if point:
        fraction = fraction.rstrip("0")
        if len(fraction) > decimals or (fraction and not fraction.isdecimal()):
            raise ValueError(f"{text!r} has no exact value with {decimals} decimals")
    if not whole.lstrip("-").isdecimal():
        raise ValueError(f"{text!r} is no decimal number")
    units = int(whole.lstrip("-") + fraction.ljust(decimals, "0"))
    return -units if whole.startswith("-") else units


def shown(units, decimals):
    """A whole number of 10^-decimals as a decimal text."""
    sign = "-" if units < 0 else ""
    whole, fraction = divmod(abs(units), 10**decimals)
    text = f"{fraction:0{decimals}d}".rstrip("0")
    return f"{sign}{whole}.{text}" if text else f"{sign}{whole}"


def execution_text(text):
    """An execution's id in one form, whatever its leading zeros: high and low half, hexadecimal."""
    high, colon, low = str(text).partition(":")
    return f"{int(high, 16):x}:{int(low, 16):x}" if colon else f"0:{int(high):x}"


def order_id(text):
    """Account, epoch and counter of a client order id of our form; None for any other text."""
    if not ORDER_ID.fullmatch(text):
        return None
    packed = int(text[1:].translate(TO_PLAIN), 32)
    return packed >> 96, packed >> 64 & 0xFFFFFFFF, packed & 0xFFFFFFFFFFFFFFFF


def order_text(account, epoch, counter):
    """The client order id of these numbers."""
    packed = account << 96 | epoch << 64 | counter
    digits = ""
    for _ in range(23):
        packed, digit = divmod(packed, 32)
        digits = DIGITS[digit] + digits
    return "W" + digits


def halt_scope(row):
    """A halt's scope as ("firm",), ("account",), ("strategy", n) or ("instrument", n)."""
    scope = row.need("scope")
    if scope in ("firm", "account"):
        return (scope,)
    if scope not in ("strategy", "instrument"):
        raise BadRow(f"{row}: {scope!r} is no scope of a halt")
    return scope, row.number(scope)


def quantile(values, share):
    """The nearest-rank quantile; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * share // 1))
    return ordered[int(rank) - 1]
