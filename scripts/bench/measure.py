#!/usr/bin/env python3
"""Measures Waggle on this machine beside yardsticks that run in between; called by scripts/bench.sh.

    measure.py --binaries FOLDER --relay PROGRAM --counter LIBRARY --topology FILE [--quick] [--output FILE]
               [--port-base N]

Prints tables; the same figures as JSON go to the output file. Nothing here judges a time: the budgets stand
beside the figures in docs/BENCHMARKS.md.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tables
from processes import Colony, Failure, run_relay


def main():
    words = arguments()
    plan = Plan(words.quick)
    result = {"machine": machine(words.relay), "quick": words.quick}
    start = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="waggle-bench-") as folder:
            measure(words, plan, Path(folder), result)
    except (Failure, subprocess.CalledProcessError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        detail = getattr(problem, "stderr", None)
        if detail:
            print(detail, file=sys.stderr)
        return 1
    result["machine"]["loadAfter"] = os.getloadavg()[0]
    result["seconds"] = time.monotonic() - start
    words.output.parent.mkdir(parents=True, exist_ok=True)
    words.output.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print(tables.text(result))
    print(f"\nAll figures: {words.output}")
    return 0


def arguments():
    return arguments_parser(output=Path("var/bench.json")).parse_args()


def arguments_parser(output):
    """The words that every measurement of the colony knows."""
    parser = argparse.ArgumentParser(description="Measures Waggle beside yardsticks; see docs/BENCHMARKS.md.")
    parser.add_argument("--binaries", type=Path, required=True, help="where waggle and waggle-bench lie")
    parser.add_argument("--relay", type=Path, required=True, help="the relay chain's program")
    parser.add_argument("--counter", type=Path, required=True, help="the library that counts allocations")
    parser.add_argument("--topology", type=Path, required=True, help="the colony to measure")
    parser.add_argument("--output", type=Path, default=output, help=f"default: {output}")
    parser.add_argument("--port-base", type=int, default=26710, help="first of 40 free ports; default: 26710")
    parser.add_argument("--quick", action="store_true", help="shorter and noisier: less than a minute")
    return parser


class Plan:
    """How long and how often."""

    def __init__(self, is_quick):
        self.pairs = 1 if is_quick else 3
        self.colony_seconds = 10 if is_quick else 25
        self.relay_seconds = 4 if is_quick else 10
        self.power_seconds = 0 if is_quick else 20
        self.allocation_seconds = 0 if is_quick else 5
        self.rest_seconds = 5 if is_quick else 10
        self.codec = ["--rounds", "3" if is_quick else "9"]
        self.turns = ["--seconds", "60" if is_quick else "240", "--rounds", "1" if is_quick else "3"]
        if is_quick:
            self.journal = ["--rounds", "2", "--turns", "3000", "--power-turns", "100"]
        else:
            self.journal = ["--rounds", "5", "--turns", "10000", "--power-turns", "400"]


def measure(words, plan, folder, result):
    bench = words.binaries / "waggle-bench"
    topology = words.topology.read_text()
    say("codecs")
    result["codec"] = run_json(bench, "codec", *plan.codec)
    say("core turns")
    result["cores"] = run_json(bench, "turns", words.topology, *plan.turns)
    say("journal")
    (folder / "journal").mkdir()
    result["journal"] = run_json(bench, "journal", folder / "journal", *plan.journal)
    levels = re.search(r"\blevels: *(\d+)", topology)
    sizes = run_json(bench, "frames", "--levels", levels.group(1) if levels else "3")
    result["frames"] = sizes

    def colony(name, *changes):
        file = folder / f"{name}.json5"
        file.write_text(changed(topology, changes))
        return Colony(words.binaries, file, folder / name, words.port_base)

    say("processes at rest")
    result["atRest"] = colony("ready", READY).rest(plan.rest_seconds)
    result["pairs"] = []
    for number in range(plan.pairs):
        say(f"tick to venue, pair {number + 1} of {plan.pairs}")
        report, used = colony(f"pair-{number}", *BUSY).trade(plan.colony_seconds)
        waggle = latencies(report)
        load = load_of(report, waggle)
        relay = {
            shape: run_relay(words.relay, sizes, frames, plan.relay_seconds, words.port_base + 30)
            for shape, frames in load.items()
        }
        result["pairs"].append({"load": load, "waggle": waggle, **relay, "processes": used})
    result["ratios"] = {shape: ratios(result["pairs"], shape) for shape in ["relay", "single"]}
    if plan.power_seconds:
        say("tick to venue, durability power")
        report, used = colony("power", POWER, *BUSY).trade(plan.power_seconds)
        result["power"] = {"waggle": latencies(report), "processes": used}
    if plan.allocation_seconds:
        say("allocations of whole processes")
        short = colony("allocations-1", *BUSY).allocate(plan.allocation_seconds, words.counter)
        long = colony("allocations-2", *BUSY).allocate(2 * plan.allocation_seconds, words.counter)
        result["allocationsPerMessage"] = allocations(short, long)


READY = (r'\bgoLive: "at-once"', 'goLive: "by-command"')
POWER = (r'\bdurability: "process"', 'durability: "power"')
BUSY = [
    (r"\bordersPerSecond: \d+", "ordersPerSecond: 10000"),
    (r"\bburst: \d+", "burst: 10000"),
    (r"\brequoteThresholdBps: [\d.]+", "requoteThresholdBps: 0.5"),
]
"""Quotes follow smaller moves of the market, so that there are enough orders to time, and no message budget
holds one back: waiting for one's turn is policy, not the speed of the path."""


def changed(topology, changes):
    """The topology with settings changed wherever they stand; each must be there."""
    for old, new in changes:
        topology, count = re.subn(old, new, topology)
        if count == 0:
            raise Failure(f"the topology has no setting like '{old}', so that a copy could say '{new}'")
    return topology


def latencies(report):
    """The report's latencies; a run without orders has none."""
    if not report.get("reconciled"):
        raise Failure("the colony's books do not reconcile: its figures count for nothing")
    found = report["latencyMicros"]
    if found["tickToVenue"]["count"] == 0:
        raise Failure("the colony sent no order that a market event caused: nothing was timed")
    return found


def load_of(report, waggle):
    """What the relay chain carries, in two shapes: `relay` the colony's own frames, so many cancels and
    orders a target; `single` as many orders a second, but each alone after a tick of its own."""
    seconds = float(report["sessionSeconds"])
    targets = waggle["perHop"]["risk→executor"]["count"]
    orders = waggle["tickToVenue"]["count"]
    burst = max(1, round(orders / targets))
    return {
        "relay": {
            "ticksPerSecond": orders / burst / seconds, "orders": burst,
            "cancels": round(report["cancels"] / targets)},
        "single": {"ticksPerSecond": orders / seconds, "orders": 1, "cancels": 0},
    }


def allocations(short, long):
    """Allocations of each process by message received, once it runs: what the longer run had more of both."""
    found = {}
    for name in short:
        received = long[name]["received"] - short[name]["received"]
        if received <= 0:
            raise Failure(f"{name} received no more in the longer of two runs: its allocations say nothing")
        found[name] = (long[name]["allocations"] - short[name]["allocations"]) / received
    return found


def ratios(pairs, shape):
    """Waggle by relay of each pair: median, least and largest."""
    found = {}
    for name in ["p50", "p99", "p999"]:
        values = [
            pair["waggle"]["tickToVenue"][name] / pair[shape]["tickToVenue"][name] for pair in pairs
        ]
        found[name] = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return found


def run_json(*command):
    words = [str(word) for word in command]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def machine(relay):
    """What the figures depend on beside Waggle."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    version = subprocess.run([relay, "version"], check=True, capture_output=True, text=True).stdout.strip()
    return {
        "processor": model.group(1) if model else platform.machine(),
        "cores": os.cpu_count(),
        "memoryGB": round(int(memory.group(1)) / 1e6) if memory else None,
        "kernel": platform.release(),
        "libzmq": version,
        "loadBefore": os.getloadavg()[0],
    }


def say(what):
    print(f"bench: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
