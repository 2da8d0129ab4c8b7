#!/usr/bin/env python3
"""Measures what lies in an order's way; called by scripts/bench.sh --realtime, --observers or --against.

    way.py --binaries FOLDER --relay PROGRAM --counter LIBRARY --topology FILE [--realtime] [--observers]
           [--against CHECKOUT] [--rounds N] [--quick] [--output FILE] [--port-base N]

--realtime: tick to venue beside the bare relay chain, all under SCHED_FIFO, in turn, both durabilities.
With --against the chain carries the frames of that older build too. --observers: tick to venue with 0, 2 and
50 observers at the colony's relay, in both classes, with --realtime in that one. --against without --realtime:
what an order costs beside the older build. What is measured alternates in each round.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import way_tables
from measure import BUSY, POWER, arguments_parser, changed, latencies, load_of, machine, run_json, say
from processes import Colony, Failure, run_relay
from proxies import ProxyWatch

FIFO = ("chrt", "-f", "10")
"""The class and priority that `waggle run --realtime` gives; an older build gets it from here."""
OBSERVERS = [0, 2, 50]
PATH = ["feed", "signal", "risk", "executor", "venue"]
"""The programs an order passes through."""


def main():
    words = arguments()
    result = {"machine": machine(words.relay), "quick": words.quick}
    start = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="waggle-way-") as folder:
            Measurement(words, Path(folder), result).run()
    except (Failure, subprocess.CalledProcessError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    result["machine"]["loadAfter"] = os.getloadavg()[0]
    result["seconds"] = time.monotonic() - start
    words.output.parent.mkdir(parents=True, exist_ok=True)
    words.output.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print(way_tables.text(result))
    print(f"\nAll figures: {words.output}")
    return 0


def arguments():
    parser = arguments_parser(output=Path("var/way.json"))
    parser.add_argument("--realtime", action="store_true", help="tick to venue under SCHED_FIFO")
    parser.add_argument("--observers", action="store_true", help="tick to venue with observers at the relay")
    parser.add_argument("--against", type=Path, help="a checkout of an older build, with its release built")
    parser.add_argument("--rounds", type=int, help="of each part; default: 8, quick: 2")
    return parser.parse_args()


class Build:
    """The programs of a checkout, its topology as the measurements change it, and its frames' lengths."""

    def __init__(self, name, binaries, topology):
        self.name = name
        self.binaries = binaries
        self.topology = topology.read_text()
        levels = re.search(r"\blevels: *(\d+)", self.topology)
        self.sizes = run_json(
            binaries / "waggle-bench", "frames", "--levels", levels.group(1) if levels else "3")


class Measurement:
    def __init__(self, words, folder, result):
        self.words = words
        self.folder = folder
        self.result = result
        self.rounds = words.rounds or (2 if words.quick else 8)
        self.seconds = 8 if words.quick else 12
        self.relay_seconds = 4 if words.quick else 8
        self.runs = 0
        self.new = Build("new", words.binaries, words.topology)
        self.old = None
        if words.against:
            self.old = Build(
                "old", words.against / ".build/release", words.against / "topology/paper.json5")
        result["frames"] = {build.name: build.sizes for build in [self.new, self.old] if build}

    def run(self):
        if self.old and not self.words.realtime:
            self.costs()
        if self.words.realtime:
            self.ticks("realtime", is_realtime=True)
            self.ticks("ordinary", is_realtime=False, rounds=max(2, self.rounds // 4), has_power=False)
        if self.words.observers:
            self.observe("observersRealtime", is_realtime=True)
            if not self.words.realtime:
                self.observe("observers", is_realtime=False)

    def colony(self, build, *changes, is_realtime=False):
        self.runs += 1
        folder = self.folder / f"run-{self.runs}"
        file = self.folder / f"run-{self.runs}.json5"
        file.write_text(changed(build.topology, [*changes, *BUSY]))
        before, words = (), ()
        if is_realtime:
            before, words = (FIFO, ()) if build is self.old else ((), ("--realtime",))
        return Colony(build.binaries, file, folder, self.words.port_base, before, words)

    # ---------- tick to venue ----------

    def ticks(self, name, is_realtime, rounds=None, has_power=True):
        """Rounds of Waggle, the relay with its frames, with those of the older build, and Waggle again with
        the durability `power`."""
        old_load = self.load_of_old(is_realtime) if self.old else None
        self.result[name] = []
        for number in range(rounds or self.rounds):
            say(f"tick to venue, {name}, round {number + 1} of {rounds or self.rounds}")
            report, _ = self.colony(self.new, is_realtime=is_realtime).trade(self.seconds)
            waggle = latencies(report)
            load = load_of(report, waggle)["relay"]
            found = {"load": load, "waggle": waggle, "relay": self.relay(self.new, load, is_realtime)}
            if old_load:
                found["oldLoad"] = old_load
                found["relayOld"] = self.relay(self.old, old_load, is_realtime)
            if has_power:
                report, _ = self.colony(self.new, POWER, is_realtime=is_realtime).trade(self.seconds)
                found["power"] = latencies(report)
            self.result[name].append(found)

    def load_of_old(self, is_realtime):
        say("what the older build sends")
        report, _ = self.colony(self.old, is_realtime=is_realtime).trade(self.seconds)
        waggle = latencies(report)
        self.result.setdefault("oldWaggle", []).append({"isRealtime": is_realtime, **waggle})
        return load_of(report, waggle)["relay"]

    def relay(self, build, load, is_realtime):
        before = FIFO if is_realtime else ()
        return run_relay(
            self.words.relay, build.sizes, load, self.relay_seconds, self.words.port_base + 30, before)

    # ---------- observers ----------

    def observe(self, name, is_realtime):
        """Rounds of Waggle with each number of observers at its relay. They and the relay have the ordinary
        priority always."""
        rounds = max(2, self.rounds // 2)
        self.result[name] = []
        for number in range(rounds):
            say(f"{name}, round {number + 1} of {rounds}")
            self.result[name].append({str(count): self.observed(count, is_realtime) for count in OBSERVERS})

    def observed(self, count, is_realtime):
        observers = self.start_observers(count) if count else None
        try:
            report, _ = self.colony(self.new, is_realtime=is_realtime).trade(self.seconds)
        finally:
            if observers:
                observers.send_signal(signal.SIGTERM)
                taken = json.loads(observers.communicate(timeout=10)[0])["taken"]
        if observers and taken == 0:
            raise Failure("the observers have seen nothing: they cost nothing either")
        return {"waggle": latencies(report)["tickToVenue"], "taken": taken if observers else 0}

    def start_observers(self, count):
        number = re.search(r'number: (\d+), kind: "relay"', self.new.topology)
        if not number:
            raise Failure("the topology has no relay for observers to attach to")
        port = self.words.port_base + 2 * int(number.group(1)) - 1
        command = [str(self.words.relay), "observers", f"tcp://127.0.0.1:{port}", str(count)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    # ---------- what an order costs ----------

    def costs(self):
        """Rounds of both builds: processor time, system calls and switches of a window; then allocations and
        commits, as what a longer run has more than a shorter one."""
        rounds = max(2, self.rounds // 2)
        self.result["costs"] = []
        for number in range(rounds):
            say(f"what an order costs, round {number + 1} of {rounds}")
            self.result["costs"].append({
                build.name: {**self.window(build), **self.difference(build)} for build in [self.old, self.new]
            })

    def window(self, build):
        colony = self.colony(build)
        seconds = self.seconds + (6 if self.words.quick else 12)
        process = colony.start("--for", str(seconds))
        watch = ProxyWatch(process.pid, seconds=self.seconds, count=colony.orders)
        watch.start()
        colony.wait_for_end(process, seconds)
        latencies(colony.report())
        watch.join()
        orders = watch.counted_per_second
        return {
            "ordersPerSecond": orders,
            "window": {
                name: {what: count / orders for what, count in figures.items()}
                for name, figures in watch.per_second().items()
            },
        }

    def difference(self, build):
        lengths = [6, 10] if self.words.quick else [6, 14]
        (short, few), (long, many) = [self.counted(build, seconds) for seconds in lengths]
        if many <= few:
            raise Failure("the longer of two runs sent no more orders: its allocations say nothing")
        return {"counted": {
            name: {
                what: (long[name][what] - short[name][what]) / (many - few)
                for what in ["allocations", "commits", "received"]
            }
            for name in short
        }}

    def counted(self, build, seconds):
        colony = self.colony(build)
        found = colony.allocate(seconds, self.words.counter)
        return found, latencies(colony.report())["tickToVenue"]["count"]


def total(figures, what):
    """Of the programs on an order's way together; nothing where it was not counted."""
    values = [figures[f"waggle-{name}"].get(what) for name in PATH]
    return sum(values) if all(value is not None for value in values) else None


if __name__ == "__main__":
    sys.exit(main())
