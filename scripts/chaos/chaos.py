#!/usr/bin/env python3
"""Kills a running colony's programs at random, again and again, and checks that nothing is lost or doubled.

    chaos.py --binaries FOLDER --kills N [--seed S] [--seconds S] [--topology FILE] [--keep FOLDER]
             [--json FILE] [--strict] [--no-panic] [--no-drills] [--without-export]

Called by scripts/chaos.sh, which builds the programs. Exit code 0 when every kill was survived and no
invariant violated; 1 otherwise; 2 for wrong usage; 69 without pyzmq. docs/CHAOS.md explains what it prints.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import checker
from colony import Colony, Failure, free_port_base
from journals import Journals
from topology_file import Plan

ROOT = Path(__file__).resolve().parents[2]
EXPORT_SECONDS = 12
"""Between two readings of the journals."""
QUIET_EVERY = 30
"""Seconds between two pauses in which the protection of positions is looked at."""
SETTLE_MILLIS = 1500
DRILL_EVERY = 30
"""Kills between two drills."""
STOP_SECONDS = 90


def main():
    words = arguments()
    try:
        import zmq  # noqa: F401
    except ImportError:
        say("pyzmq is missing: python3 -m pip install pyzmq, or let scripts/chaos.sh do it")
        return 69
    # SIGTERM cleans up as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    seed = words.seed if words.seed is not None else random.SystemRandom().randrange(1 << 31)
    say(f"seed {seed}; the same again: {repeating(words, seed)}")
    folder = Path(tempfile.mkdtemp(prefix="waggle-chaos-"))
    is_good = False
    try:
        result = Session(words, seed, folder).run()
        is_good = result["ok"]
        if words.json:
            words.json.parent.mkdir(parents=True, exist_ok=True)
            words.json.write_text(json.dumps(result, indent=2) + "\n")
        print(text(result))
    except KeyboardInterrupt:
        say("interrupted")
    except Failure as problem:
        say(f"FAILED: {problem}")
    finally:
        put_away(folder, words.keep, is_good)
    if not is_good:
        say(f"the same again: {repeating(words, seed)}")
    return 0 if is_good else 1


def arguments():
    parser = argparse.ArgumentParser(description="Kills a running colony's programs and checks its journals.")
    parser.add_argument("--binaries", type=Path, required=True, help="where waggle and its sisters lie")
    parser.add_argument("--kills", type=int, default=50, help="so many processes are killed; default: 50")
    parser.add_argument(
        "--seed", type=int, help="what is done, and the market; default: another one each time"
    )
    parser.add_argument(
        "--seconds", type=float, default=7200, help="no new fault after so long; default: 7200"
    )
    parser.add_argument("--topology", type=Path, default=ROOT / "topology/chaos.json5")
    parser.add_argument("--keep", type=Path, help="keeps journals, logs and exports there")
    parser.add_argument("--json", type=Path, help="writes all figures there")
    parser.add_argument(
        "--strict", action="store_true", help="fails on invariants that could not be checked, too"
    )
    parser.add_argument("--no-drills", action="store_true", help="no halts in between")
    parser.add_argument("--no-panic", action="store_true", help="no panic button at the end")
    parser.add_argument(
        "--without-export", action="store_true", help="for builds without `waggle journal export`: only kills"
    )
    words = parser.parse_args()
    if words.kills < 1:
        parser.error("--kills: at least 1")
    words.binaries = words.binaries.resolve()
    words.topology = words.topology.resolve()
    return words


def repeating(words, seed):
    extra = "" if words.topology == ROOT / "topology/chaos.json5" else f" --topology {words.topology}"
    return f"scripts/chaos.sh --kills {words.kills} --seed {seed}{extra}"


def say(text):
    print(f"chaos: {text}", file=sys.stderr, flush=True)


def put_away(folder, keep, is_good):
    """Nothing is left, but what somebody wants to look at."""
    if keep is None and is_good:
        shutil.rmtree(folder, ignore_errors=True)
        return
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        target = keep / folder.name
        shutil.move(folder, target)
        folder = target
    say(f"journals, logs and exports are kept in {folder}")


class Session:
    """One colony, from its start to the verdict."""

    def __init__(self, words, seed, folder):
        self.words, self.seed, self.folder = words, seed, folder
        self.rng = random.Random(seed)
        numbers = [entry["number"] for entry in Plan(words.topology, 0).components.values()]
        self.plan = Plan(words.topology, free_port_base(numbers))
        self.rules = self.plan.rules(SETTLE_MILLIS)
        self.begun = time.monotonic()
        self.quiet_at = self.begun
        self.drilled = 0

    def run(self):
        from watch import Watch
        from faults import Faults
        from drills import Drills, panic

        colony = Colony(self.words.binaries, self.words.topology, self.plan, self.begin("main"))
        watch = Watch(self.plan)
        exports = self.begin("exports")
        journals = Journals(colony, self.rules, exports)
        faults = Faults(colony, watch, journals, self.rng, say)
        drills = Drills(faults)
        try:
            colony.start(self.seed)
            faults.recover()
            if not self.words.without_export:
                self.must_export(journals)
            while self.goes_on(faults):
                faults.next()
                self.between(faults, drills, journals)
            faults.recover()
            self.stop(colony, watch)
            if not self.words.without_export:
                journals.read(is_final=True)
            result = self.result(faults, drills, journals)
            watch.close()
            colony.kill_all()
            if not self.words.no_panic:
                result["panic"] = self.panic(panic)
        finally:
            # Whatever the colony did: no process stays.
            colony.kill_all()
            journals.close()
            (exports / "record.json").write_text(json.dumps(journals.record(self.rules), indent=2) + "\n")
        result["ok"] = self.is_good(result)
        return result

    def begin(self, name):
        path = self.folder / name
        path.mkdir()
        return path

    def goes_on(self, faults):
        return faults.kill_count < self.words.kills and time.monotonic() - self.begun < self.words.seconds

    def must_export(self, journals):
        """Without exports nothing is proved: better to know at the beginning."""
        code, text = journals.colony.command("help", "journal")
        if code != 0:
            raise Failure(
                f"this build has no `waggle journal export`, so nothing can be checked: {text.strip()}"
            )
        journals.read()

    def between(self, faults, drills, journals):
        if not self.words.no_drills and faults.kill_count - self.drilled >= DRILL_EVERY:
            self.drilled = faults.kill_count
            drills.next()
        if self.words.without_export:
            return
        now = time.monotonic()
        if now - self.quiet_at > QUIET_EVERY:
            self.quiet_at = now
            faults.watch.pause(1.2 * SETTLE_MILLIS / 1000)
            journals.read(is_quiet=True)
            say(
                f"{faults.kill_count} kills in {now - self.begun:.0f} s, "
                f"{journals.checker.findings.total} violations"
            )
        elif now - journals.last_read > EXPORT_SECONDS:
            journals.read()
        if len(journals.violations) >= 100:
            raise Failure("too many violations to go on:\n" + checker.summary(journals.finish()))

    def stop(self, colony, watch):
        """The orderly end: everything is cancelled and confirmed."""
        for link in list(colony.cuts):
            colony.heal(link)
        code, text = colony.person("stop", "the chaos run is over")
        if code != 0:
            raise Failure(f"the colony does not take the stop: {text.strip()}")
        if not colony.wait_for_end(STOP_SECONDS):
            watch.pause(0.5)
            raise Failure(f"the colony did not end in {STOP_SECONDS} s: {watch.standing()}")

    def panic(self, panic):
        from watch import Watch

        colony = Colony(self.words.binaries, self.words.topology, self.plan, self.begin("panic"))
        watch = Watch(self.plan)
        try:
            from faults import Faults

            colony.start(self.seed)
            Faults(colony, watch, None, self.rng, say).recover()
            watch.pause(3)
            return panic(colony, watch, say)
        finally:
            watch.close()
            colony.kill_all()

    # The verdict.

    def result(self, faults, drills, journals):
        seconds = time.monotonic() - self.begun
        kills = faults.kill_count
        return {
            "seed": self.seed,
            "seconds": round(seconds, 1),
            "kills": kills,
            "killsPerMinute": round(60 * kills / seconds, 1),
            "killsByComponent": faults.kills,
            "faults": faults.faults,
            "crashPoints": faults.points_fired,
            "hasCrashPoints": faults.has_crash_points,
            "resumes": faults.resumes,
            "drills": drills.count,
            "flattened": drills.flattened,
            "ordersTold": faults.watch.orders,
            "recoveryMillis": {name: checker.spread(times) for name, times in faults.recoveries.items()},
            "firstOrderMillis": {name: checker.spread(times) for name, times in faults.first_orders.items()},
            "exportSeconds": round(journals.seconds, 1),
            "exportFailures": journals.failures,
            "check": None if self.words.without_export else journals.finish(),
        }

    def is_good(self, result):
        check, panic = result["check"], result.get("panic")
        if check and (check["violationCount"] or (self.words.strict and check["unchecked"])):
            return False
        if panic and (panic["exitCode"] != 0 or panic["openOrders"] or panic["positions"]):
            return False
        return result["kills"] >= self.words.kills or self.words.seconds < 7200


def text(result):
    """For people."""
    lines = [
        (
            f"{result['kills']} kills survived in {result['seconds']:.0f} s, {result['killsPerMinute']} a"
            f" minute; seed {result['seed']}"
        ),
        "faults: " + ", ".join(f"{name} {count}" for name, count in sorted(result["faults"].items())),
    ]
    if result["crashPoints"]:
        points = ", ".join(f"{name} {count}" for name, count in sorted(result["crashPoints"].items()))
        lines.append(f"crash points fired: {points}")
    lines.append("kill to ready, and to the next order, ms:")
    for name, times in result["recoveryMillis"].items():
        orders = result["firstOrderMillis"][name]
        lines.append(
            f"  {name:9}{result['killsByComponent'][name]:5} kills   ready p50 {times['p50']}, p99"
            f" {times['p99']}, max {times['max']};   order p50 {orders['p50']}, p99 {orders['p99']}, max"
            f" {orders['max']}"
        )
    lines.append(
        f"halts {result['drills']}, flattened {result['flattened']}, resumed from failsafe"
        f" {result['resumes']}"
    )
    if result.get("panic"):
        lines.append(f"panic: {json.dumps(result['panic'])}")
    if result["check"]:
        lines.append(checker.summary(result["check"]))
        lines.append(f"VERDICT: {result['check']['violationCount']} violations")
    else:
        lines.append("VERDICT: nothing was checked but that everyone came back (--without-export)")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
