"""A person's commands in the middle of chaos: halt, flatten, resume, and the panic button."""

import os
import signal
import time

from colony import Failure
from findings import Findings
from journal_rows import row_of
from rules import Rules
from venue_log import VenueLog


class Drills:
    """Halts a colony while something is wrong with it, looks whether it holds, and lets it go on."""

    CIRCUMSTANCES = (
        "all are well",
        "signal hangs",
        "risk hangs",
        "queen hangs",
        "queen dies",
        "executor dies",
    )

    def __init__(self, faults):
        self.faults = faults
        self.colony, self.watch, self.journals = faults.colony, faults.watch, faults.journals
        self.rng = faults.rng
        self.count = 0
        self.flattened = 0

    def next(self):
        """All circumstances in turn."""
        circumstance = self.CIRCUMSTANCES[self.count % len(self.CIRCUMSTANCES)]
        self.count += 1
        who, _, what = circumstance.partition(" ")
        hanging = who if what == "hangs" else None
        if hanging and not self.colony.signal(hanging, signal.SIGSTOP):
            hanging = None
        try:
            if what == "dies":
                self.faults.kill(who)
            self.halt(circumstance)
            if self.count % 3 == 0:
                self.flatten()
        finally:
            if hanging:
                self.colony.signal(hanging, signal.SIGCONT)
                self.journals.checker.note_trouble(time.time_ns())
        self.faults.recover(needs_orders=False)
        self.resume()

    def halt(self, circumstance):
        deadline = time.monotonic() + 30
        sent = time.time_ns()
        # A dying executor is not there to hear it: a person would call again.
        while self.colony.person("halt", f"a drill: {circumstance}", "--timeout", "1")[0] != 0:
            if time.monotonic() > deadline:
                raise Failure(f"nobody takes a halt ({circumstance}): {self.watch.standing()}")
        self.journals.checker.note_halt(circumstance, sent)
        self.watch.pause(0.7)
        silent_since = self.watch.last_order
        self.watch.pause(0.5)
        if self.watch.last_order != silent_since and circumstance != "executor dies":
            self.faults.say(
                f"orders were told of after a halt ({circumstance}); the journals will show whose"
            )

    def flatten(self):
        code, text = self.colony.person("flatten", "a drill")
        if code != 0:
            self.faults.say(f"flatten is refused: {text}")
        else:
            self.flattened += 1
            self.watch.pause(1.5)

    def resume(self):
        """Until orders go out again. Who did not hear the halt refuses its release, which is right."""
        deadline = time.monotonic() + 30
        since = time.time_ns()
        while self.watch.last_order <= since:
            if time.monotonic() > deadline:
                raise Failure(f"after a halt and its release no orders go out: {self.watch.standing()}")
            self.colony.person("resume", "the drill is over", "--timeout", "1")
            until = time.monotonic() + 3
            while time.monotonic() < until and self.watch.last_order <= since:
                self.watch.listen(0.05)
        self.faults.recover()


def panic(colony, watch):
    """Kills everything but the venue, and presses the panic button: no order may be left. Gives what came of
    it."""
    keep = colony.pid("venue")
    for process in colony.supervisors.values():
        process.kill()
    for pid, words in colony.processes().items():
        if pid != keep and "--component" in words:
            os.kill(pid, signal.SIGKILL)
    sent = time.time_ns()
    code, text = colony.person("panic", "everything else is dead", "--yes")
    took = time.time_ns() - sent
    watch.pause(1)
    colony.signal("venue", signal.SIGTERM)
    time.sleep(1)
    lines, why = colony.export("venue", 0)
    if lines is None:
        raise Failure(f"the venue's journal cannot be exported after the panic: {why}")
    findings = Findings()
    venue = VenueLog(Rules(), findings)
    for line in lines:
        venue.take(row_of("venue", line))
    ended = [
        order.ended_at - sent for order in venue.orders.values() if order.ended_at and order.ended_at > sent
    ]
    return {
        "exitCode": code,
        "text": text[-1000:],
        "commandMillis": took / 1e6,
        "cancelled": len(ended),
        "lastOrderEndedMillis": max(ended) / 1e6 if ended else None,
        "openOrders": len(venue.open),
    }
