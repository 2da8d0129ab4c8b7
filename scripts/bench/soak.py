#!/usr/bin/env python3
"""Trades for a long time at a high rate and watches every process's memory; called by scripts/soak.sh.

    soak.py --binaries FOLDER --topology FILE [--rate ORDERS/S] [--minutes M] [--bound MB/H]
            [--report-bound MB] [--threshold BPS] [--output FILE] [--port-base N] [--keep FOLDER]

Exit code 0 if no process's memory rises by more than the bound and the report reconciles the run within its own,
1 if not, 74 if it could not be measured.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import memory
from measure import changed
from processes import Colony, Failure, children, stop

SAMPLE_SECONDS = 10
PROBE_SECONDS = 20
MOST_PROBES = 4
NEAR = 0.07
"""A rate that is so near to the wanted one will do."""
DISK_BYTES_PER_ORDER = 2_500
"""Of the journals, and of the copies that the report reads."""


def main():
    words = arguments()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        if words.keep:
            words.keep.mkdir(parents=True, exist_ok=True)
            result = Soak(words, words.keep.resolve()).run()
        else:
            with tempfile.TemporaryDirectory(prefix="waggle-soak-") as folder:
                result = Soak(words, Path(folder)).run()
    except (Failure, OSError) as problem:
        print(f"soak: {problem}", file=sys.stderr)
        return 74
    words.output.parent.mkdir(parents=True, exist_ok=True)
    words.output.write_text(json.dumps(result, indent=2) + "\n")
    print(text(result))
    print(f"\nAll figures: {words.output}")
    return 0 if result["holds"] else 1


def arguments():
    parser = argparse.ArgumentParser(description="Watches memory over a long run; see docs/BENCHMARKS.md.")
    parser.add_argument("--binaries", type=Path, required=True, help="where waggle lies")
    parser.add_argument("--topology", type=Path, required=True, help="the colony, as a quoting paper.json5")
    parser.add_argument("--rate", type=float, default=700, help="new orders a second; default: 700")
    parser.add_argument("--minutes", type=float, default=60, help="default: 60")
    parser.add_argument("--bound", type=float, default=1.0, help="most MB/h a process may gain; default: 1")
    parser.add_argument("--report-bound", type=float, default=256, help="most MB of the report; default: 256")
    parser.add_argument("--threshold", type=float, help="requoteThresholdBps; default: found by short runs")
    parser.add_argument("--output", type=Path, default=Path("var/soak.json"), help="default: var/soak.json")
    parser.add_argument("--port-base", type=int, default=26710, help="first of 40 free ports; default: 26710")
    parser.add_argument("--keep", type=Path, help="leave the run in this folder")
    return parser.parse_args()


class Soak:
    def __init__(self, words, folder):
        self.words = words
        self.folder = folder
        self.seconds = round(words.minutes * 60)
        self.processes = {}
        """By component, as first seen."""
        self.samples = {}
        self.sent = []
        """Orders sent so far, by time."""

    def run(self):
        need = self.seconds * self.words.rate * DISK_BYTES_PER_ORDER
        if shutil.disk_usage(self.folder).free < need:
            raise Failure(f"{need / 1e9:.0f} GB are needed below {self.folder}")
        loads = [os.getloadavg()[0]]
        threshold = self.words.threshold or self.find_threshold()
        say(f"{self.words.minutes:g} minutes, quotes follow the market at {threshold:.3f} bps")
        colony = self.colony("soak", threshold)
        started = time.time()
        self.trade(colony)
        loads.append(os.getloadavg()[0])
        say("report")
        report = self.report(colony)
        judged = {
            name: memory.judge(samples, self.seconds, self.words.bound)
            for name, samples in sorted(self.samples.items())
        }
        return {
            "machine": machine(), "loadBefore": loads[0], "loadAfter": loads[1], "startedUnix": round(started),
            "seconds": self.seconds, "thresholdBps": threshold, "ordersPerSecond": self.rate(),
            "boundMBPerHour": self.words.bound, "processes": judged, "report": report,
            "samples": self.samples,
            "holds": all(one["holds"] for one in judged.values()) and report["holds"],
        }

    def colony(self, name, threshold):
        file = self.folder / f"{name}.json5"
        file.write_text(changed(self.words.topology.read_text(), [
            (r"\bordersPerSecond: \d+", "ordersPerSecond: 10000"),
            (r"\bburst: \d+", "burst: 10000"),
            (r"\brequoteThresholdBps: [\d.]+", f"requoteThresholdBps: {threshold:.4f}"),
        ]))
        return Colony(self.words.binaries, file, self.folder / name, self.words.port_base)

    # ---------- the rate ----------

    def find_threshold(self):
        """How closely quotes must follow the market for the wanted rate: of those tried, the one that came nearest.
        The rate of short runs swings, so a threshold that was not tried is no better guess."""
        threshold, tried = 0.5, {}
        for number in range(MOST_PROBES):
            report, _ = self.colony(f"probe-{number}", threshold).trade(PROBE_SECONDS)
            found = report["ordersSent"] / report["sessionSeconds"]
            shutil.rmtree(self.folder / f"probe-{number}")
            say(f"{found:.0f} orders a second at {threshold:.3f} bps")
            tried[threshold] = abs(found / self.words.rate - 1)
            if tried[threshold] < NEAR:
                break
            threshold = memory.next_threshold(threshold, found, self.words.rate)
        return min(tried, key=tried.get)

    def rate(self):
        """New orders a second over the time that counts."""
        after = memory.settled_after(self.seconds)
        counted = [(at, orders) for at, orders, passed in self.sent if passed >= after]
        (start, first), (end, last) = counted[0], counted[-1]
        return (last - first) / (end - start) if end > start else 0.0

    # ---------- the run ----------

    def trade(self, colony):
        process = colony.start("--for", str(self.seconds))
        try:
            start = time.monotonic()
            while (passed := time.monotonic() - start) < self.seconds - SAMPLE_SECONDS / 2:
                if process.poll() is not None:
                    raise Failure(f"waggle run ended after {passed:.0f} s:\n{colony.log()}")
                self.sample(process.pid, colony, passed)
                time.sleep(SAMPLE_SECONDS - (time.monotonic() - start) % SAMPLE_SECONDS)
            colony.wait_for_end(process, SAMPLE_SECONDS * 6)
        finally:
            stop(process)

    def sample(self, supervisor, colony, passed):
        found = {"waggle run": supervisor}
        for pid, program in children(supervisor).items():
            found[component(pid) or program] = pid
        if passed >= memory.settled_after(self.seconds):
            for name, pid in found.items():
                if self.processes.setdefault(name, pid) != pid:
                    raise Failure(f"{name} was started again: another process's memory says nothing")
        for name, pid in found.items():
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # It has just ended.
            self.samples.setdefault(name, []).append((round(passed, 1), *memory.private_bytes(rollup)))
        try:
            orders, at = colony.orders()
        except (json.JSONDecodeError, FileNotFoundError):
            return  # Just being written.
        self.sent.append((at, orders, passed))
        if len(self.sent) % 30 == 0:
            amounts = {name: f"{kept[-1][1] / memory.MEGABYTE:.1f}" for name, kept in self.samples.items()}
            say(f"{passed / 60:.0f} min, {orders} orders, MB: {amounts}")

    # ---------- the report ----------

    def report(self, colony):
        """`waggle report` of the run: its most resident memory by the kernel's word, time, and its verdict."""
        start = time.monotonic()
        out = colony.folder / "report.json"
        with open(out, "wb") as file:
            process = subprocess.Popen(
                [self.words.binaries / "waggle", "report", "--var", colony.folder / "var", "--json"],
                stdin=subprocess.DEVNULL, stdout=file)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        most = usage.ru_maxrss * 1024 / memory.MEGABYTE
        report = json.loads(out.read_text() or "{}")
        is_reconciled = process.returncode == 0
        return {
            "mostResidentMB": most, "boundMB": self.words.report_bound,
            "seconds": time.monotonic() - start, "processorSeconds": usage.ru_utime + usage.ru_stime,
            "exitCode": process.returncode, "reconciled": is_reconciled,
            "orders": report.get("ordersSent"), "fills": report.get("fills"),
            "journalBytes": sum(file.stat().st_size for file in colony.folder.glob("var/*/*/*.journal*")),
            "holds": is_reconciled and most <= self.words.report_bound,
        }


def component(pid):
    """The component that a process of a colony is; None for another, and once it has ended."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return words[words.index(b"--component") + 1].decode() if b"--component" in words else None


def machine():
    return {"cores": os.cpu_count(), "kernel": platform.release(), "machine": platform.machine()}


def text(result):
    lines = [
        f"{result['seconds'] / 60:g} minutes, {result['ordersPerSecond']:.0f} new orders a second from "
        f"{memory.settled_after(result['seconds']) / 60:g} min on; load {result['loadBefore']:.1f} before, "
        f"{result['loadAfter']:.1f} after",
        "",
        "| process | private MB first | last | most | slope MB/h | of what it wrote | |",
        "|---------|------------------|------|------|------------|-----------------|-|",
    ]
    for name, found in result["processes"].items():
        if found["slopeMBPerHour"] is None:
            lines.append(f"| {name} | | | | no samples | | FAILS |")
            continue
        lines.append(
            f"| {name} | {found['firstMB']:.2f} | {found['lastMB']:.2f} | {found['mostMB']:.2f} | "
            f"{found['slopeMBPerHour']:+.2f} | {found['writtenSlopeMBPerHour']:+.2f} | {'' if found['holds'] else 'FAILS'} |")
    report = result["report"]
    lines += [
        "",
        f"waggle report: {report['mostResidentMB']:.0f} MB at most of {report['boundMB']:g}, "
        f"{report['seconds']:.0f} s, {report['orders']} orders and {report['fills']} fills in "
        f"{report['journalBytes'] / 1e9:.2f} GB of journals, "
        f"{'reconciled' if report['reconciled'] else 'NOT RECONCILED'}{'' if report['holds'] else ', FAILS'}",
    ]
    return "\n".join(lines)


def say(what):
    print(f"soak: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
