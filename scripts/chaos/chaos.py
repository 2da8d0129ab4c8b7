#!/usr/bin/env python3
"""Kills a running colony's programs at random, again and again, and checks that nothing is lost or doubled.

    chaos.py --binaries FOLDER --kills N [--seed S] [--seconds S] [--topology FILE] [--faults]
             [--port-base N] [--keep FOLDER] [--json FILE] [--strict] [--no-panic] [--no-drills]
             [--without-export] [--allow-unexercised RULE]

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

import exercises
import figures
from colony import Colony, Failure, free_port_base
from journals import Journals
from put_away import put_away
from topology_file import Plan, read_json5

ROOT = Path(__file__).resolve().parents[2]
EXPORT_SECONDS = 12
"""Between two readings of the journals."""
QUIET_EVERY = 20
"""Seconds between two pauses in which the protection of positions is looked at."""
STOP_SECONDS = 90
LAST_DRILLS = 6
"""Drills in all of which one must have flattened; each third does."""
LAST_QUIET_SECONDS = 120
"""How long is waited at the end for a position that can be looked at."""


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
    # An interrupted run leaves nothing behind.
    is_good, is_wrong = False, False
    try:
        result = Session(words, seed, folder).run()
        is_good, is_wrong = result["ok"], not result["ok"]
        if words.json:
            words.json.parent.mkdir(parents=True, exist_ok=True)
            words.json.write_text(json.dumps(result, indent=2) + "\n")
        print(text(result))
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except Exception as problem:
        is_wrong = True
        if not isinstance(problem, Failure):
            raise
        say(f"FAILED: {problem}")
    finally:
        put_away(folder, words.keep, is_wrong, say)
    if is_wrong:
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
    parser.add_argument("--port-base", type=int, help="first of the ports; default: free ones are looked for")
    parser.add_argument("--faults", action="store_true", help="the venue answers badly: faults.json5")
    parser.add_argument("--keep", type=Path, help="keeps journals, logs and exports there")
    parser.add_argument("--json", type=Path, help="writes all figures there")
    parser.add_argument(
        "--strict", action="store_true", help="fails on invariants that could not be checked, too"
    )
    parser.add_argument(
        "--allow-unexercised",
        metavar="RULE",
        type=exercises.known,
        action="append",
        default=[],
        help="a rule that a short run need not have exercised",
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
    extra += " --faults" if words.faults else ""
    return f"scripts/chaos.sh --kills {words.kills} --seed {seed}{extra}"


def say(text):
    print(f"chaos: {text}", file=sys.stderr, flush=True)


def with_faults(topology):
    """The same colony with a venue that answers badly."""
    changed = read_json5(topology.read_text())
    faults = read_json5(Path(__file__).with_name("faults.json5").read_text())
    changed["components"]["venue"]["settings"]["faults"] = faults
    return json.dumps(changed, indent=2) + "\n"


def report(colony, folder):
    """What the programs' own report says of the journals of all hosts together."""
    for host in colony.plan.hosts:
        for file in colony.run_folder(host).iterdir():
            target = folder / file.name
            if file.is_file() and not target.exists():
                os.link(file, target)
    shutil.copy(colony.run_folder(colony.plan.host("queen")) / "manifest.json", folder / "manifest.json.new")
    os.replace(folder / "manifest.json.new", folder / "manifest.json")
    code, output, complaints = colony.waggle(
        "report", "--run", str(folder), "--json", is_placed=False, seconds=120
    )
    try:
        return {"exitCode": code, "reconciled": json.loads(output)["reconciled"]}
    except (ValueError, KeyError):
        return {"exitCode": code, "reconciled": False, "text": complaints.strip()[-1000:]}


class Session:
    """One colony, from its start to the verdict."""

    def __init__(self, words, seed, folder):
        self.words, self.seed, self.folder = words, seed, folder
        self.rng = random.Random(seed)
        self.topology = words.topology
        if words.faults:
            self.topology = folder / "topology.json5"
            self.topology.write_text(with_faults(words.topology))
        numbers = [entry["number"] for entry in Plan(self.topology, 0).components.values()]
        self.plan = Plan(self.topology, words.port_base or free_port_base(numbers))
        # What a venue's fault delays takes a time-out, a query and the fence to come right.
        self.settle = 10 if words.faults else 1.5
        self.rules = self.plan.rules(int(1000 * self.settle))
        self.begun = time.monotonic()
        self.quiet_at = self.begun
        self.drilled = 0
        # Kills between two drills: six in a short run, more in a long one.
        self.drill_every = max(8, min(words.kills // 6, 40))

    def run(self):
        # After main() has said what is missing, when pyzmq is.
        from drills import Drills
        from faults import Faults
        from watch import Watch

        colony = Colony(self.words.binaries, self.topology, self.plan, self.begin("main"))
        exports = self.begin("exports")
        watch, journals = Watch(self.plan), Journals(colony, self.rules, exports)
        faults = Faults(colony, watch, journals, self.rng, say)
        drills = Drills(faults)
        try:
            self.trade_and_kill(colony, faults, drills, journals)
            self.stop(colony, watch)
            if not self.words.without_export:
                journals.read(is_final=True)
            result = self.result(faults, drills, journals)
            result["report"] = report(colony, self.begin("whole"))
        except Failure:
            colony.kill_all()
            if not self.words.without_export:
                journals.read(is_final=True)
                say("what the journals show:\n" + figures.summary(journals.checker.result()))
            raise
        finally:
            # Whatever the colony did: no process stays.
            colony.kill_all()
            watch.close()
            journals.close()
            (exports / "record.json").write_text(json.dumps(journals.record(self.rules), indent=2) + "\n")
        if not self.words.no_panic:
            result["panic"] = self.panic()
        result["ok"] = self.is_good(result)
        return result

    def trade_and_kill(self, colony, faults, drills, journals):
        colony.start(self.seed)
        faults.recover()
        if not self.words.without_export:
            self.must_export(journals)
        while self.goes_on(faults):
            faults.next()
            self.between(faults, drills, journals)
        faults.recover()
        if not self.words.without_export:
            self.complete(faults, drills, journals)

    def complete(self, faults, drills, journals):
        """What a run was too short to meet by chance is done now: a flattening, a position at a quiet moment."""
        if not self.words.no_drills:
            while not drills.flattened and drills.count < LAST_DRILLS:
                drills.next()
        deadline = time.monotonic() + LAST_QUIET_SECONDS
        while not journals.checker.findings.exercised["I9.leg"] and time.monotonic() < deadline:
            faults.watch.pause(1.2 * self.settle)
            journals.read(is_quiet=True)

    def begin(self, name):
        path = self.folder / name
        path.mkdir()
        return path

    def goes_on(self, faults):
        return faults.kill_count < self.words.kills and time.monotonic() - self.begun < self.words.seconds

    def must_export(self, journals):
        """Without exports nothing is proved: better to know at the beginning."""
        if not journals.colony.knows("journal"):
            raise Failure("this build has no `waggle journal export`, so nothing can be checked")
        journals.read()

    def between(self, faults, drills, journals):
        if not self.words.no_drills and faults.kill_count - self.drilled >= self.drill_every:
            self.drilled = faults.kill_count
            drills.next()
        if self.words.without_export:
            return
        now = time.monotonic()
        if now - self.quiet_at > max(QUIET_EVERY, 5 * self.settle):
            faults.watch.pause(1.2 * self.settle)
            self.quiet_at = now
            journals.read(is_quiet=True)
            say(
                f"{faults.kill_count} kills in {now - self.begun:.0f} s, "
                f"{journals.checker.findings.total} violations"
            )
        elif now - journals.last_read > EXPORT_SECONDS:
            journals.read()
        if len(journals.violations) >= 100:
            raise Failure("too many violations to go on:\n" + figures.summary(journals.finish()))

    def stop(self, colony, watch):
        """The orderly end: everything is cancelled and confirmed."""
        for link in list(colony.cuts):
            colony.heal(link)
        code, text = colony.person("stop", "the chaos run is over")
        if code != 0:
            raise Failure(f"the colony does not take the stop: {text}")
        if not colony.wait_for_end(STOP_SECONDS):
            watch.pause(0.5)
            raise Failure(f"the colony did not end in {STOP_SECONDS} s: {watch.standing()}")

    def panic(self):
        """Another colony, all of which dies but the venue."""
        from drills import panic
        from faults import Faults
        from watch import Watch

        colony = Colony(self.words.binaries, self.topology, self.plan, self.begin("panic"))
        watch = Watch(self.plan)
        try:
            if not colony.knows("panic"):
                say("this build has no `waggle panic`: left out")
                return None
            colony.start(self.seed)
            Faults(colony, watch, None, self.rng, say).recover()
            watch.pause(3)
            return panic(colony, watch)
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
            "recoveryMillis": {name: figures.spread(times) for name, times in faults.recoveries.items()},
            "firstOrderMillis": {name: figures.spread(times) for name, times in faults.first_orders.items()},
            "exportSeconds": round(journals.seconds, 1),
            "exportFailures": journals.failures,
            "check": None if self.words.without_export else journals.finish(),
        }

    def is_good(self, result):
        check, panic = result["check"], result.get("panic")
        if check and (check["openAtEnd"]["executor"] or check["openAtEnd"]["venue"]):
            say(f"after an orderly stop orders are open: {check['openAtEnd']}")
            return False
        unexercised = set(check["unexercised"] if check else ()) - set(self.words.allow_unexercised)
        if unexercised:
            say(f"these rules judged nothing, so nothing is proved: {', '.join(sorted(unexercised))}")
            return False
        if not result["report"]["reconciled"]:
            return False
        if check and (check["violationCount"] or (self.words.strict and check["unchecked"])):
            return False
        if panic and (panic["exitCode"] != 0 or panic["openOrders"]):
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
    lines.append(f"waggle report: {'reconciled' if result['report']['reconciled'] else result['report']}")
    if result.get("panic"):
        lines.append(f"panic: {json.dumps(result['panic'])}")
    if result["check"]:
        lines.append(figures.summary(result["check"]))
        lines.append(f"VERDICT: {result['check']['violationCount']} violations")
    else:
        lines.append("VERDICT: nothing was checked but that everyone came back (--without-export)")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
