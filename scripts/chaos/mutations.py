"""Exports as rows to be falsified, and the register of falsifications."""

import json

from checker import COMPONENTS

MUTATIONS = {}
"""By name: the function, and the invariants of which at least one must be violated."""


class NotApplicable(Exception):
    """The exports have no row for it."""


def mutation(name, *invariants):
    def keep(function):
        MUTATIONS[name] = (function, invariants)
        return function

    return keep


class Logs:
    """Exports as rows, by component."""

    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def read(cls, folder):
        rows = {}
        for name in COMPONENTS:
            path = folder / f"{name}.jsonl"
            if path.exists():
                rows[name] = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        return cls(rows)

    def copy(self):
        """Rows are replaced, never changed, so that a copy of the lists will do."""
        return Logs({name: list(rows) for name, rows in self.rows.items()})

    def places(self, component, fact, **fields):
        return [
            place
            for place, row in enumerate(self.rows.get(component, []))
            if row["fact"] == fact and all(row.get(name) == value for name, value in fields.items())
        ]

    def middle(self, component, fact, **fields):
        """A row from the middle: neither the first nor the last one are typical."""
        places = self.places(component, fact, **fields)
        if not places:
            raise NotApplicable(f"no {fact} {fields or ''} of {component}")
        return places[len(places) // 2]

    def change(self, component, place, **fields):
        self.rows[component][place] = {**self.rows[component][place], **fields}

    def insert(self, component, place, row):
        self.rows[component].insert(place, row)

    def remove(self, component, place):
        return self.rows[component].pop(place)

    def lines(self):
        """Numbered anew: a forger would not leave a hole."""
        return {
            name: [json.dumps({**row, "seq": number}) for number, row in enumerate(rows, 1)]
            for name, rows in self.rows.items()
        }
