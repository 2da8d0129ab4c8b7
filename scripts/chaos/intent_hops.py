"""Intents on their way from signal over risk to executor: each ends once at every hop, and the ends agree."""

from executor_gates import quantity_text
from executor_log import TERMINAL, average_of, price_text
from journal_rows import terms_of


class Hop:
    """What one component says of intents it took on (`begin`) and ended (`end`)."""

    def __init__(self, name, begin, findings, *, may_end_unknown):
        self.name = name
        self.begin = begin
        self.end = "signalEnded" if begin == "signalIssued" else "intentEnded"
        self.findings = findings
        self.may_end_unknown = may_end_unknown
        self.horizon = 0
        self.begun = {}
        self.terms = {}
        self.ended = {}

    @property
    def is_used(self):
        return bool(self.begun or self.ended)

    def take(self, row):
        self.horizon = max(self.horizon, row.at)
        if row.fact == self.begin:
            self._take_begin(row)
        elif row.fact == self.end:
            self._take_end(row)
        else:
            self.findings.note(f"{self.name} rows of no interest: {row.fact}")

    def _take_begin(self, row):
        identifier = row.need("intent")
        if identifier in self.begun:
            self.findings.violation(
                "I2",
                f"{row}: intent {identifier} is taken on a second time; the first is {self.name} "
                f"{self.begun[identifier][0]}",
            )
            return
        if identifier in self.ended:
            self.findings.violation(
                "I2",
                f"{row}: intent {identifier} is taken on after its end, {self.name}"
                f" {self.ended[identifier][0]}",
            )
        self.begun[identifier] = (row.seq, row.at)
        self.terms[identifier] = {**terms_of(row), "seq": row.seq}

    def _take_end(self, row):
        identifier = row.need("intent")
        outcome = row.need("outcome")
        if outcome not in TERMINAL:
            self.findings.violation("I4", f"{row}: intent {identifier} ends as {outcome}, which is no end")
        if identifier in self.ended:
            self.findings.violation(
                "I4",
                f"{row}: intent {identifier} ends a second time; the first is {self.name} "
                f"{self.ended[identifier][0]}",
            )
            return
        if identifier not in self.begun and not self.may_end_unknown:
            self.findings.violation("I4", f"{row}: intent {identifier} ends and was never begun")
        filled = row.quantity("filledQuantity") if row.get("filledQuantity") is not None else 0
        self.ended[identifier] = (row.seq, outcome, filled, average_of(row))

    def check_ended(self):
        for identifier, (seq, _) in self.begun.items():
            if identifier not in self.ended:
                self.findings.violation("I4", f"{self.name} {seq}: intent {identifier} never ended here")

    def compare(self, other_name, other_ended):
        """The end told upstream is the one that came from downstream."""
        for identifier, (seq, outcome, filled, average) in self.ended.items():
            theirs = other_ended.get(identifier)
            if theirs is None:
                # Refused before it went on, or too late to be sent.
                if filled or outcome not in ("rejected", "expired"):
                    self.findings.violation(
                        "I4",
                        f"{self.name} {seq}: intent {identifier} ends with {quantity_text(filled)} filled,"
                        f" and never ended at {other_name}",
                    )
                continue
            self.findings.judged("I4.end")
            if (outcome, filled, average) != theirs[1:]:
                self.findings.violation(
                    "I4",
                    f"{self.name} {seq}: intent {identifier} ends as {outcome} with {quantity_text(filled)} at"
                    f" {price_text(average)}, at {other_name} {theirs[0]} as {theirs[1]} with"
                    f" {quantity_text(theirs[2])} at {price_text(theirs[3])}",
                )
