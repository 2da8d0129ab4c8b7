#!/usr/bin/env python3
"""Holds this project's reading of SBE frames against a public decoder's.

    decode-with-sbe.py SCHEMA < LINES

Each line of standard input is {"frame": HEX, "expected": OBJECT}, where OBJECT is what WireJSON prints for
the frame. The frame is decoded with the `sbe` package from PyPI, which knows only the schema; both must agree
on every field. Exit code 0: all agree; 1: some do not, each with its field; 2: nothing to compare.

    python3 -m venv .build/python && .build/python/bin/pip install sbe==0.4.3

Of a <data> element the package gives the length and the first byte; the rest is compared with the end of
the frame.
"""

import json
import math
import sys
from decimal import Decimal

import lxml.etree
import sbe

DECIMAL_PLACES = {"Price": 9, "Quantity": 8, "Money": 8}


class Layout:
    """What the schema says beside the layout: which numbers are decimals, and which data is text."""

    def __init__(self, path):
        root = lxml.etree.parse(path).getroot()
        types = {t.get("name"): t.get("semanticType") for t in root.iterfind("types/type")}
        texts = set()
        for composite in root.iterfind("types/composite"):
            if any(t.get("name") == "varData" and t.get("characterEncoding") for t in composite):
                texts.add(composite.get("name"))
        self.places, self.data = {}, {}
        for message in root.iterfind("{*}message"):
            for field in message.iter("field"):
                group = field.getparent().get("name") if field.getparent().tag == "group" else None
                meaning = field.get("semanticType") or types.get(field.get("type"))
                self.places[message.get("name"), group, field.get("name")] = DECIMAL_PLACES.get(meaning)
            for data in message.iter("data"):
                self.data[message.get("name")] = (data.get("name"), data.get("type") in texts)


def differences(layout, frame, expected, decoded):
    """Every field on which the two readings differ, as text."""
    message = decoded.message_name
    if expected.pop("message") != message:
        yield f"message: decoded {message}"
    if expected.pop("version") != decoded.header["version"]:
        yield f"version: decoded {decoded.header['version']}"
    data_name, is_text = layout.data.get(message, (None, False))
    if expected.keys() != decoded.value.keys():
        yield f"fields: decoded {sorted(decoded.value)}, expected {sorted(expected)}"
        return
    for name, value in decoded.value.items():
        if name == data_name:
            yield from data_differences(name, is_text, frame, expected[name], value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            if len(value) != len(expected[name]):
                yield f"{name}: decoded {len(value)} entries, expected {len(expected[name])}"
            for index, (entry, other) in enumerate(zip(value, expected[name])):
                if entry.keys() != other.keys():
                    yield f"{name}[{index}]: decoded {sorted(entry)}, expected {sorted(other)}"
                for key in entry.keys() & other.keys():
                    places = layout.places[message, name, key]
                    yield from value_differences(f"{name}[{index}].{key}", places, other[key], entry[key])
        elif isinstance(value, dict):
            if value != expected[name]:
                yield f"{name}: decoded {value}, expected {expected[name]}"
        else:
            places = layout.places.get((message, None, name))
            yield from value_differences(name, places, expected[name], value)


def value_differences(name, places, expected, decoded):
    if isinstance(decoded, float):
        if math.isfinite(decoded):
            same = expected is not None and float(expected) == decoded
        else:
            same = expected is None
    elif places is not None and decoded is not None:
        same = expected is not None and Decimal(expected) == Decimal(decoded).scaleb(-places)
    else:
        same = expected == decoded
    if not same:
        yield f"{name}: decoded {decoded!r}, expected {expected!r}"


def data_differences(name, is_text, frame, expected, decoded):
    content = expected.encode() if is_text else bytes.fromhex(expected)
    if decoded["length"] != len(content):
        yield f"{name}: decoded a length of {decoded['length']}, expected {len(content)}"
    elif content and decoded["varData"] != content[0]:
        yield f"{name}: decoded the first byte {decoded['varData']}, expected {content[0]}"
    elif frame[len(frame) - len(content):] != content:
        yield f"{name}: the frame does not end in {expected!r}"


def main():
    layout = Layout(sys.argv[1])
    with open(sys.argv[1], "rb") as file:
        schema = sbe.Schema.parse(file)
    agreed, failed = 0, 0
    for number, line in enumerate(sys.stdin, 1):
        # Numbers stay text until compared: exact, and as long as they come.
        item = json.loads(line, parse_float=Decimal)
        frame = bytes.fromhex(item["frame"])
        # One more byte, because the package always reads a first byte of <data>, even of none.
        decoded = schema.decode(frame + b"\0")
        found = list(differences(layout, frame, dict(item["expected"]), decoded))
        for difference in found:
            print(f"line {number}, {decoded.message_name}: {difference}")
        agreed, failed = agreed + (not found), failed + bool(found)
    print(f"{agreed} frames agree, {failed} do not")
    return 1 if failed else 0 if agreed else 2


if __name__ == "__main__":
    sys.exit(main())
