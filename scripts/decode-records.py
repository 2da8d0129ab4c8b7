#!/usr/bin/env python3
"""Reads the bytes of facts by records.xml, and the words of codes in messages.xml: the standard library suffices.

    decode-records.py RECORDS.XML MESSAGES.XML < LINES

A line is a component, the kind of a fact, its bytes in hexadecimal and the row that Waggle exports of it, as JSON
(Tests/ReportsTests/golden.txt). Every field is decoded here anew and compared with what the row shows; prints how many
lines agree, and each difference. Ends with 1 where there is one.
"""
import json
import sys
import xml.etree.ElementTree as ElementTree

SIZES = {"UInt8": 1, "UInt16": 2, "UInt32": 4, "UInt64": 8, "Int64": 8, "Int128": 16}
WORDS = {"nil": None, "false": False, "true": True}
DECIMALS = {"Price": 9, "Quantity": 8, "Money": 8, "Notional": 17}


class Document:
    """What the file describes, by name."""

    def __init__(self, path, messages):
        root = ElementTree.parse(path).getroot()
        wire = ElementTree.parse(messages).getroot()
        self.wire = {
            choice.get("name"): {int(value.text): value.get("name") for value in choice} for choice in wire.iter("enum")
        }
        self.values = {value.get("name"): value for value in root.iter("value")}
        self.records = {record.get("name"): record for record in root.iter("record")}
        self.choices = {
            choice.get("name"): (choice.get("code"), {int(case.get("number")): case.get("name") for case in choice})
            for choice in root.iter("enum")
        }
        self.facts = {
            (component.get("name"), int(fact.get("kind"))): fact
            for component in root.iter("component")
            for fact in component
        }
        # Kinds that a fact had before its record grew, with the version of the record.
        self.earlier = {}
        for component in root.iter("component"):
            for fact in component:
                if fact.get("before"):
                    kind, version = (int(part) for part in fact.get("before").split(":"))
                    self.facts[component.get("name"), kind] = fact
                    self.earlier[component.get("name"), kind] = version


class Reader:
    def __init__(self, document, raw, version=None):
        """Of a kind that was written before its record grew, the version of the record; else everything is there."""
        self.document, self.raw, self.version, self.position = document, raw, version, 0

    def take(self, count):
        part = self.raw[self.position : self.position + count]
        if len(part) != count:
            raise ValueError(f"{count} bytes wanted at {self.position} of {len(self.raw)}")
        self.position += count
        return part

    def integer(self, name):
        return int.from_bytes(self.take(SIZES[name]), "little", signed=name.startswith("Int"))

    def value(self, name):
        if name in SIZES:
            return self.integer(name)
        if name == "Bool":
            return {0: False, 1: True}[self.integer("UInt8")]
        if name in ("String", "Currency"):
            return self.take(self.integer("UInt32")).decode("utf-8")
        if name == "ClOrdIDText":
            return self.take(36).rstrip(b"\0").decode("ascii")
        if name in self.document.records:
            return self.fields(self.document.records[name])
        if name in self.document.choices:
            code, words = self.document.choices[name]
            return words[self.integer(code)]
        value = self.document.values[name]
        if name in DECIMALS:
            return decimal(self.integer(value.get("raw")), DECIMALS[name])
        if value.get("code"):
            words = self.words(value) | ({255: "unrecognized"} if value.get("unsaid") else {})
            return words[self.integer(value.get("code"))]
        if value.get("members"):
            members = [member.split() for member in value.get("members").split(",")]
            return identifier(name, [self.value(kind) for _, kind in members])
        return self.by_hand(name, value)

    def words(self, value):
        if value.get("wire"):
            return self.document.wire[value.get("wire")]
        pairs = [pair.split() for pair in value.get("words").split(",")]
        return {int(number): word for word, number in pairs}

    def by_hand(self, name, value):
        """What the descriptions of these values say."""
        if name == "MarketClock":
            return dict(zip(value.get("columns").split(), [self.integer("Int64") for _ in range(3)]))
        if name == "StateBytes":
            return self.take(self.integer("UInt32")).hex()
        code, number = self.integer("UInt8"), self.integer("UInt32")
        scope = {1: "firm", 2: "account", 3: "strategy", 4: "instrument"}[code]
        # The executor's own account is not told.
        return {"scope": scope} | ({scope: number} if code > (2 if name == "Halt.Scope" else 1) else {})

    def fields(self, owner):
        """The columns of a record or fact, fields of the tail last."""
        shown, names = {}, {}
        fields = list(owner)
        for field in [f for f in fields if not f.get("tail")] + [f for f in fields if f.get("tail")]:
            if field.get("stored") == "no":
                continue
            value = self.field(field, names)
            names[field.get("name")] = value
            column = field.get("shown")
            if column == "inline":
                shown |= value or {}
            elif column and value is not None:
                shown[column] = value
        return shown

    def field(self, field, names):
        if self.version is not None and int(field.get("since", "1")) > self.version:
            default = field.get("default")
            if field.tag == "list":
                return []
            return WORDS[default] if default in WORDS else int(default) if default.isdigit() else default.lstrip(".")
        if field.get("when"):
            name, values = field.get("when").split(":")
            if names[name] not in values.split():
                default = field.get("default")
                return None if default == "nil" else default.lstrip(".")
        if field.tag == "list":
            return [self.value(field.get("type")) for _ in range(self.integer("UInt32"))]
        if field.get("noneIsZero"):
            if self.raw[self.position] == 0:
                self.take(1)
                return None
        elif field.get("optional") and not self.value("Bool"):
            return None
        return self.value(field.get("type"))


def decimal(raw, places):
    digits = str(abs(raw)).rjust(places + 1, "0")
    text = (digits[:-places] + "." + digits[-places:]).rstrip("0").rstrip(".")
    return ("-" if raw < 0 else "") + text


def identifier(name, members):
    if name in ("Correlation", "IntentID"):
        return "%016x%016x" % tuple(members)
    if name == "ExecID":
        return "%x:%x" % tuple(members)
    return members


def agree(read, shown):
    if isinstance(read, list) and isinstance(shown, str):
        return order_id(shown) == read
    if isinstance(read, list):
        return len(read) == len(shown) and all(
            one.keys() == other.keys() and all(agree(one[key], other[key]) for key in one)
            for one, other in zip(read, shown)
        )
    return read == shown


def order_id(text):
    """Account, epoch and counter of 16, 32 and 64 bits, behind a W in 23 digits of Crockford's base 32."""
    number = 0
    for digit in text[1:]:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(digit)
    return [number >> 96, number >> 64 & 0xFFFFFFFF, number & 0xFFFFFFFFFFFFFFFF]


def main():
    document = Document(sys.argv[1], sys.argv[2])
    same, different = 0, 0
    for line in sys.stdin:
        component, kind, raw, row = line.rstrip("\n").split(" ", 3)
        shown = json.loads(row)
        for key in ("seq", "epoch", "atNanos", "component", "kind", "fact", "correlation"):
            shown.pop(key, None)
        fact = document.facts[component, int(kind)]
        reader = Reader(document, bytes.fromhex(raw), document.earlier.get((component, int(kind))))
        owner = document.records[fact.get("record")] if fact.get("record") else fact
        read = reader.fields(owner)
        wrong = sorted(
            key
            for key in read.keys() | shown.keys()
            if key not in read or key not in shown or not agree(read[key], shown[key])
        )
        if reader.position != len(reader.raw):
            wrong.append(f"{len(reader.raw) - reader.position} bytes left")
        if wrong:
            different += 1
            print(f"{component} {fact.get('name')}: {', '.join(wrong)}: {read} beside {shown}")
        else:
            same += 1
    print(f"{same} facts agree, {different} do not")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
