"""Processes that a measurement starts, watches and ends: the colony and the bare relay chain."""

import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
ROLES = ["venue", "executor", "risk", "signal", "feed"]
HOPS = {
    "signal": "feed→signal", "risk": "signal→risk", "executor": "risk→executor", "venue": "executor→venue",
}


class Failure(Exception):
    """Something that makes the figures worthless; the message says what."""


def children(parent):
    """Process ids and names of a process's children."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue  # It has just ended.
        name, rest = re.match(r"\d+ \((.*)\) (.*)", stat, re.S).groups()
        if int(rest.split()[1]) == parent:
            found[int(folder.name)] = name
    return found


def usage(pid):
    """Processor seconds used so far and resident bytes of a process; None once it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS, pages * PAGE_BYTES


class UsageWatch(threading.Thread):
    """Samples the children of a process once a second."""

    def __init__(self, parent):
        super().__init__(daemon=True)
        self.parent = parent
        self.samples = []
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.wait(1.0):
            sample = {name: usage(pid) for pid, name in children(self.parent).items()}
            self.samples.append((time.monotonic(), {name: used for name, used in sample.items() if used}))

    def figures(self, lead, tail):
        """Per process the share of a core and the resident bytes, without the first and last samples: those
        belong to starting and stopping."""
        self.is_over.set()
        self.join()
        kept = self.samples[lead : len(self.samples) - tail]
        if len(kept) < 2:
            raise Failure(f"the colony was watched for {len(self.samples)} s only: too short for its usage")
        (start, first), (end, last) = kept[0], kept[-1]
        return {
            name: {
                "cpuPercent": 100 * (last[name][0] - first[name][0]) / (end - start),
                "residentBytes": last[name][1],
            }
            for name in first
            if name in last
        }


class Colony:
    """One topology, run by `waggle run` in its own folder; `before` and `words` are put before and behind
    that command."""

    def __init__(self, binaries, topology, folder, port_base, before=(), words=()):
        self.binaries = binaries
        self.topology = topology
        self.folder = folder
        self.port_base = port_base
        self.before = before
        self.words = words
        folder.mkdir()

    def start(self, *words, **environment):
        log = open(self.folder / "log", "wb")
        return subprocess.Popen(
            [*self.before, self.binaries / "waggle", "run", self.topology, "--var", self.folder / "var"]
            + ["--port-base", str(self.port_base), *words, *self.words],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **environment})

    def trade(self, seconds):
        """Trades for so long; gives the report and what the processes used."""
        process = self.start("--for", str(seconds))
        watch = UsageWatch(process.pid)
        watch.start()
        self.wait_for_end(process, seconds)
        return self.report(), watch.figures(lead=3, tail=3)

    def report(self):
        text = subprocess.run(
            [self.binaries / "waggle", "report", "--var", self.folder / "var", "--json"],
            check=True, capture_output=True, text=True).stdout
        return json.loads(text)

    def orders(self):
        """Orders that the executor says it has sent, and when it said so, in seconds: once a
        second, and not before it has started."""
        for file in self.folder.glob("var/*/*/executor.*.stats.json"):
            figures = json.loads(file.read_text())
            return figures["counters"]["ordersSent"], figures["wallNanos"] / 1e9
        return 0, 0.0

    def allocate(self, seconds, counter):
        """Trades with the counting library in every process; gives each one's allocations, commits and
        messages, and the report."""
        counts = self.folder / "allocations"
        counts.mkdir()
        process = self.start(
            "--for", str(seconds), LD_PRELOAD=str(counter), ALLOCATIONS_FOLDER=str(counts))
        self.wait_for_end(process, seconds)
        counted = {file.stem: [int(word) for word in file.read_text().split()] for file in counts.iterdir()}
        found = {}
        for file in self.folder.glob("var/*/*/*.stats.json"):
            figures = json.loads(file.read_text())
            name = f"waggle-{figures['kind']}"
            allocations, commits = counted[name]
            found[name] = {
                "allocations": allocations, "commits": commits,
                "received": figures["counters"]["host.received"]}
        return found

    def rest(self, seconds):
        """Starts, waits for so long, and stops; gives what the processes used."""
        process = self.start()
        try:
            watch = UsageWatch(process.pid)
            watch.start()
            time.sleep(seconds + 4)
            used = watch.figures(lead=3, tail=0)
            if process.poll() is not None:
                raise Failure(f"waggle run ended by itself, exit code {process.returncode}:\n{self.log()}")
        finally:
            stop(process)
        return used

    def wait_for_end(self, process, seconds):
        """Waits for a session of so many seconds; it must end by itself and in good order."""
        try:
            process.wait(timeout=seconds + 60)
        except subprocess.TimeoutExpired:
            raise Failure(f"the colony did not end a minute after its {seconds} s:\n{self.log()}") from None
        finally:
            stop(process)
        if process.returncode != 0:
            raise Failure(f"waggle run ended with exit code {process.returncode}:\n{self.log()}")

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-2000:]


def stop(process):
    """Asks a process to end, if it has not, and waits; one that does not end is killed."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_relay(binary, sizes, load, seconds, port, before=()):
    """Runs the bare chain under the colony's load; gives tick-to-venue and hops in microseconds."""
    ends = [f"tcp://127.0.0.1:{port + offset}" for offset in range(4)]
    words = {
        "venue": [ends[3], sizes["newOrder"]],
        "executor": ends[:1] + ends[2:]
        + [load["cancels"], sizes["cancelOrder"], load["orders"], sizes["newOrder"]],
        "risk": ends[:3] + [sizes["targetQuotes"]],
        "signal": [ends[0], ends[1], sizes["marketMetrics"], sizes["quoteSignal"]],
        "feed": [ends[0], sizes["topOfBook"], sizes["marketMetrics"], load["ticksPerSecond"], seconds],
    }
    started = {}
    printed = {}
    try:
        for role in ROLES:
            command = [*before, str(binary), role] + [str(word) for word in words[role]]
            started[role] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        time.sleep(seconds + 1.5)
    finally:
        for role, process in started.items():
            process.terminate()
        for role, process in started.items():
            printed[role] = process.communicate(timeout=10)[0]
    for role, process in started.items():
        if process.returncode != 0:
            raise Failure(f"the relay's {role} ended with exit code {process.returncode}")
    figures = {role: json.loads(text) for role, text in printed.items() if text}
    return {
        "tickToVenue": figures["venue"]["sinceOrigin"],
        "perHop": {HOPS[role]: figures[role]["hop"] for role in ["signal", "risk", "executor", "venue"]},
    }
