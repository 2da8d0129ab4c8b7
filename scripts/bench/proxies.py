"""What a running colony costs, whatever else the machine does: system calls, switches, processor time."""

import shutil
import subprocess
import threading
import time
from pathlib import Path

from processes import children

FIRST, FIRST_SECONDS = 300, 20
"""So much is to have been done before it is counted, and is waited for so long."""
EVENTS = {"raw_syscalls:sys_enter": "systemCalls", "context-switches": "switches"}


def processor_nanos(pid):
    """Processor time of all threads of a process so far."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue  # It has just ended.
    return total


def has_perf():
    """Whether system calls can be counted here: it needs perf and the right to the kernel's trace points."""
    if not shutil.which("perf"):
        return False
    probe = ["perf", "stat", "-x,", "-e", ",".join(EVENTS), "true"]
    return subprocess.run(probe, capture_output=True).returncode == 0


class ProxyWatch(threading.Thread):
    """Counts over so many seconds, once a process's children do something, what they need for it.

    `count` gives what they have done so far, and when that was told, in seconds."""

    def __init__(self, parent, seconds, count):
        super().__init__(daemon=True)
        self.parent = parent
        self.seconds = seconds
        self.count = count
        self.counted_per_second = 0.0
        self.found = {}
        self.length = 0.0

    def run(self):
        for _ in range(FIRST_SECONDS):
            time.sleep(1)
            if self.count()[0] >= FIRST:
                break
        pids = children(self.parent)
        (done, told) = self.count()
        start = time.monotonic()
        before = {pid: processor_nanos(pid) for pid in pids}
        counters = {pid: self.counter(pid) for pid in pids} if has_perf() else {}
        time.sleep(self.seconds)
        for pid, name in pids.items():
            self.found[name] = {"processorNanos": processor_nanos(pid) - before[pid]}
        self.length = time.monotonic() - start
        (done_later, told_later) = self.count()
        self.counted_per_second = (done_later - done) / (told_later - told)
        for pid, counter in counters.items():
            self.found[pids[pid]].update(counts(counter.communicate()[1]))

    def counter(self, pid):
        command = ["perf", "stat", "-x,", "-e", ",".join(EVENTS), "-p", str(pid), "sleep", str(self.seconds)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def per_second(self):
        """Per program, a second's worth of each."""
        self.join()
        return {
            name: {what: count / self.length for what, count in figures.items()}
            for name, figures in self.found.items()
        }


def counts(text):
    """The counts that perf has printed, one a line: count, unit, event and more."""
    found = {}
    for line in text.splitlines():
        cells = line.split(",")
        if len(cells) > 2 and cells[2] in EVENTS and cells[0].isdigit():
            found[EVENTS[cells[2]]] = int(cells[0])
    return found
