"""What a check found: violations by invariant, how often each rule judged, and what could not be checked."""

from exercises import RULES

INVARIANTS = {
    "I0": "the exports are whole and make sense",
    "I1": "no order is accepted twice; every accepted one was journaled before",
    "I2": "no intent is sent twice",
    "I3": "every fill is booked exactly once, as the venue made it",
    "I4": "every intent ends exactly once at every hop",
    "I5": "positions and cash are those of the venue's trades",
    "I6": "limits are never exceeded, counting all that is open or in doubt",
    "I7": "nobody sends without a permit, and every permit was granted",
    "I8": "no order of an older executor is made after a newer one began",
    "I9": "every position of an intent has its protective orders",
    "I10": "halted means halted",
    "I11": "what was asked is what was done, at every hop",
    "I12": "what is declared ended or not placed is so at the venue",
    "I13": "no position is without its whole stop for long",
    "I14": "what can close is never more than what is open",
}
MOST_KEPT = 1000
"""Violations kept as text; the rest is counted."""


class Findings:
    """Collects violations. Bound: MOST_KEPT texts."""

    def __init__(self):
        self.violations = []
        self.counts = {name: 0 for name in INVARIANTS}
        self.unchecked = {}
        self.notes = {}
        self.exercised = dict.fromkeys(RULES, 0)

    def violation(self, invariant, text):
        self.counts[invariant] += 1
        if len(self.violations) < MOST_KEPT:
            self.violations.append((invariant, text))

    def judged(self, rule, count=1):
        """A rule had something to judge."""
        self.exercised[rule] += count

    @property
    def unexercised(self):
        """Rules that judged nothing."""
        return [rule for rule, count in self.exercised.items() if not count]

    def note(self, name, count=1):
        """Something worth knowing that is no violation."""
        self.notes[name] = self.notes.get(name, 0) + count

    def cannot_check(self, invariant, why):
        self.unchecked[invariant] = why

    @property
    def total(self):
        return sum(self.counts.values())
