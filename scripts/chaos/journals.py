"""Exports of a running colony's journals, in increments, kept and handed to the checker."""

import time

from checker import COMPONENTS, Checker
from rules import Rules

MILLI = 1_000_000


class Journals:
    """Reads the executor's journal first and the venue's second: what the executor knows, the venue knew."""

    def __init__(self, colony, rules, folder):
        self.colony = colony
        self.checker = Checker(Rules(rules))
        self.folder = folder
        self.files = {name: open(folder / f"{name}.jsonl", "a") for name in COMPONENTS}
        self.quiet = []
        self.failures = {}
        self.last_read = 0.0
        self.seconds = 0.0

    @property
    def violations(self):
        return self.checker.findings.violations

    def read(self, *, is_quiet=False, is_final=False):
        """Takes in what is new in every journal, and judges it. A journal that cannot be read now is read the
        next time, unless this is the last."""
        begun, now = time.monotonic(), time.time_ns()
        is_whole = True
        for name in COMPONENTS:
            lines, why = self.colony.export(name, self.checker.last_seq[name])
            if lines is None:
                is_whole = False
                self.failures[name] = self.failures.get(name, 0) + 1
                if is_final:
                    self.checker.findings.violation("I0", f"the journal of {name} cannot be exported: {why}")
                continue
            for line in lines:
                self.checker.feed(name, line)
                self.files[name].write(line + "\n")
        self.checker.check(now)
        if is_quiet and is_whole:
            self.checker.check_protection(now)
            self.quiet.append(now)
        self.last_read = time.monotonic()
        self.seconds += self.last_read - begun

    def finish(self):
        for file in self.files.values():
            file.flush()
        return self.checker.finish()

    def close(self):
        for file in self.files.values():
            file.close()

    def record(self, rules):
        """What an offline check of the kept exports needs."""
        return {
            "rules": rules,
            "quietNanos": self.quiet,
            "kills": [{"component": component, "nanos": at} for at, component in self.checker.kills],
            "troubleNanos": list(self.checker.troubles),
            "halts": [{"halt": label, "nanos": at} for at, label in self.checker.halts],
        }
