"""What is done to a colony, and what is waited for afterwards."""

import re
import signal
import time
from pathlib import Path

from colony import Failure

POINTS = re.findall(
    r'case \w+ = "(\w+)"',
    (Path(__file__).resolve().parents[2] / "Sources/ActorKit/CrashPoint.swift").read_text(),
)
"""The named steps of a turn at which a test build can be told to die."""
UNSENT = "between_sends"
"""The one at which orders are journaled and not sent: I12.notPlaced has nothing to judge without."""
PATIENCE = 90
"""Seconds until a colony that does not come back is a failure."""
ARMED_FOR = 3
"""Seconds an armed crash point may take to fire."""


class Faults:
    """Does one thing after another to a colony, and keeps account of it."""

    WEIGHTS = {"kill": 48, "double kill": 12, "kill in recovery": 10, "crash point": 14, "stop": 8, "cut": 8}

    def __init__(self, colony, watch, journals, rng, say):
        self.colony, self.watch, self.journals, self.rng, self.say = colony, watch, journals, rng, say
        self.components = list(colony.plan.components)
        self.kills = dict.fromkeys(self.components, 0)
        self.faults = {}
        self.recoveries = {name: [] for name in self.components}
        self.first_orders = {name: [] for name in self.components}
        self.pending = {}
        self.points_fired = {}
        self.has_crash_points = None
        self.resumes = 0

    @property
    def kill_count(self):
        return sum(self.kills.values())

    def next(self):
        """One fault, and the colony's return."""
        weights = dict(self.WEIGHTS)
        if self.has_crash_points is False:
            weights["kill"] += weights.pop("crash point")
        if not self.colony.plan.routes():
            weights.pop("cut")
        kind = self.rng.choices(list(weights), list(weights.values()))[0]
        self.faults[kind] = self.faults.get(kind, 0) + 1
        getattr(self, "do_" + kind.replace(" ", "_"))()
        # Mostly the next fault meets a colony that trades, sometimes one that is only just up; the latter more
        # often where the market's measures have to warm up again, which takes seconds.
        is_cold = "venue" in self.pending or "feed" in self.pending
        self.recover(needs_orders=self.rng.random() < (0.3 if is_cold else 0.7))

    # Faults.

    def any(self, but=()):
        """A component; those that own orders more often than others."""
        names = [name for name in self.components if name not in but]
        return self.rng.choices(names, [3 if name in ("executor", "venue") else 2 for name in names])[0]

    def do_kill(self):
        # At any moment of a beat, a batch or a commit, not always at the same distance from a recovery.
        self.watch.pause(self.rng.uniform(0, 0.25))
        self.kill(self.any())

    def do_double_kill(self):
        first = self.any()
        self.kill(first)
        self.watch.pause(self.rng.choice((0, 0, self.rng.uniform(0, 0.3))))
        self.kill(self.any(but=(first,)))

    def do_kill_in_recovery(self):
        """The same one again while it comes back, or another one."""
        first = self.any()
        self.kill(first)
        self.watch.pause(self.rng.uniform(0.02, 0.6))
        self.kill(first if self.rng.random() < 0.6 else self.any(but=(first,)))

    def do_crash_point(self):
        """The next incarnation dies at a named step of one of its turns."""
        component = self.any()
        point, count = self.rng.choice(POINTS), self.rng.choice((1, 2, 5, self.rng.randrange(1, 40)))
        if UNSENT not in self.points_fired and "executor" in self.components:
            # First of all, and until it has happened: orders that are journaled and never leave.
            component, point, count = "executor", UNSENT, self.rng.randrange(30, 120)
        self.colony.arm(component, point, count)
        self.kill(component)
        epoch = self.watch.members[component].epoch
        pid = self.wait_for_process(component)
        deadline = time.monotonic() + ARMED_FOR
        while time.monotonic() < deadline and self.colony.pid(component) in (pid, None):
            self.watch.pause(0.05)
            if self.watch.members[component].epoch > epoch and self.colony.is_armed(component):
                # It is up and has not read the directive.
                break
        if self.colony.pid(component) not in (pid, None):
            self.has_crash_points = True
            self.points_fired[point] = self.points_fired.get(point, 0) + 1
            self.count_kill(component)
        elif self.colony.is_armed(component):
            self.colony.disarm(component)
            if self.has_crash_points is None:
                self.say(
                    "crash points are not in this build (made with WAGGLE_TEST_BUILD=1 they are): plain kills"
                    " only"
                )
                self.has_crash_points = False
            elif self.has_crash_points:
                self.say(f"{component} came up without reading its crash directive")
        else:
            self.has_crash_points = True
        # An armed point that has not fired dies with the next kill.

    def do_stop(self):
        """The process hangs and goes on: not dead, only late. Sometimes for longer than its permit lives."""
        component = self.any()
        life = self.colony.plan.permit_life
        seconds = self.rng.choices(
            (self.rng.uniform(0.05, 0.6), self.rng.uniform(0.6, 2), self.rng.uniform(life, 3 * life)),
            (6, 3, 2),
        )[0]
        if not self.colony.signal(component, signal.SIGSTOP):
            return
        try:
            self.watch.pause(seconds / 2)
            if self.rng.random() < 0.4:
                self.kill(self.any(but=(component,)))
            self.watch.pause(seconds / 2)
        finally:
            self.colony.signal(component, signal.SIGCONT)
            self.journals.checker.note_trouble(time.time_ns())

    def do_cut(self):
        """A link is cut, softly or hardly, and heals; sometimes one of its ends dies meanwhile."""
        link = self.rng.choice(list(self.colony.plan.routes()))
        mode = self.rng.choice(("drop", "hold"))
        life = self.colony.plan.permit_life
        seconds = self.rng.choices((self.rng.uniform(0.1, 1.5), self.rng.uniform(1.5, 3 * life)), (3, 1))[0]
        self.colony.cut(link, mode)
        try:
            self.watch.pause(seconds / 2)
            if self.rng.random() < 0.4:
                self.kill(self.rng.choice(link.split("-")))
            self.watch.pause(seconds / 2)
        finally:
            self.colony.heal(link)
            self.journals.checker.note_trouble(time.time_ns())
        self.faults[f"cut {link}, {mode}"] = self.faults.get(f"cut {link}, {mode}", 0) + 1

    # Killing.

    def kill(self, component):
        """kill -9, at once; waits for a process first if it is just being started."""
        pid = self.wait_for_process(component)
        self.pending[component] = (time.time_ns(), self.watch.members[component].epoch)
        if self.colony.signal(component, signal.SIGKILL):
            self.count_kill(component)
        self.wait_until(
            lambda: self.colony.words(pid) is None, f"process {pid} of {component} is gone", 0.005
        )

    def count_kill(self, component):
        now = time.time_ns()
        self.kills[component] += 1
        self.journals.checker.note_kill(component, now)
        self.pending[component] = (now, self.pending.get(component, (0, 0))[1])

    def wait_for_process(self, component):
        pids = []
        self.wait_until(
            lambda: pids.append(self.colony.pid(component)) or pids[-1], f"{component} is started", 0.01
        )
        return pids[-1]

    # Coming back.

    def recover(self, needs_orders=True):
        """Waits until everyone is well, the session LIVE and orders go out; notes how long it took."""
        self.wait_until(self.is_well, "everyone is back")
        since = max((self.watch.members[name].well_since for name in self.pending), default=time.time_ns())
        for name, (killed, _) in self.pending.items():
            self.recoveries[name].append(self.watch.members[name].well_since - killed)
        if needs_orders:
            self.wait_until(lambda: self.watch.last_order > since, "orders go out again")
            for name, (killed, _) in self.pending.items():
                self.first_orders[name].append(self.watch.last_order - killed)
        self.pending = {}

    def is_well(self):
        now = time.monotonic()
        for name, member in self.watch.members.items():
            if not member.is_well or now - member.heard > 1:
                return False
            if name in self.pending and not (
                member.epoch > self.pending[name][1] and member.well_since > self.pending[name][0]
            ):
                return False
        return self.is_live()

    def is_live(self):
        if self.watch.session == "failsafe":
            code, text = self.colony.person("resume", "the chaos drill goes on")
            self.resumes += 1
            if code != 0:
                self.say(f"resume is refused: {text}")
            self.watch.pause(0.5)
        return self.watch.session == "live"

    def wait_until(self, is_true, what, step=0.02):
        deadline = time.monotonic() + PATIENCE
        while not is_true():
            self.watch.listen(step)
            if time.monotonic() > deadline:
                raise Failure(f"in {PATIENCE} s it did not come true that {what}: {self.watch.standing()}")
            self.colony.check_supervisors()
