"""The processes of a colony under test: supervisors, components, proxies, commands."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """The colony did what it must not, or the driver cannot go on; the message says what."""


def die_with_parent():
    """The child is asked to end when the driver dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port_base(plan_numbers, first=10_000, last=30_000):
    """A base from which all ports of a colony are free, here and on the proxies' addresses."""
    span = 2 * max(plan_numbers) + 1
    start = first + os.getpid() * span % (last - first)
    for base in list(range(start, last, span)) + list(range(first, start, span)):
        if all(is_free(base + offset) for offset in range(1, span + 1)):
            return base
    raise Failure("no free ports for a colony")


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


class Colony:
    """One run: a supervisor a host, a proxy between them, all below one folder that nobody else has."""

    def __init__(self, binaries, topology, plan, folder):
        self.binaries = binaries
        self.topology = topology
        self.plan = plan
        self.folder = folder
        self.crashes = folder / "crashes"
        self.crashes.mkdir()
        self.places = {}
        self.supervisors = {}
        self.proxy = None
        self.cuts = {}
        self.pids = {}

    # Starting.

    def start(self, seed):
        self.start_proxy()
        for host in self.plan.hosts:
            self.supervisors[host] = self.start_host(host, seed)

    def start_host(self, host, seed, *words):
        """A supervisor of the host's components, as `waggle run` with these words more."""
        environment = {
            **os.environ,
            "WAGGLE_STATE": str(self.state(host)),
            "WAGGLE_CRASH_DIR": str(self.crashes),
        }
        with open(self.folder / f"run-{self.place(host)}.log", "wb") as log:
            return subprocess.Popen(
                [
                    self.binaries / "waggle",
                    "run",
                    self.topology,
                    "--host",
                    host,
                    "--var",
                    self.var(host),
                    "--port-base",
                    str(self.plan.port_base),
                    "--seed",
                    str(seed),
                    *words,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def start_proxy(self):
        routes = self.plan.routes()
        if not routes:
            return
        log = open(self.folder / "proxy.log", "wb")
        self.proxy = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("proxy.py"), json.dumps(routes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            bufsize=1,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        log.close()
        if self.proxy.stdout.readline().strip() != "ok":
            raise Failure(f"the proxies did not start: {(self.folder / 'proxy.log').read_text()[-2000:]}")

    def move(self, host, place, topology, plan):
        """From now on another machine plays the host, where the topology says."""
        self.places[host] = place
        self.topology, self.plan = topology, plan
        self.pids = {}

    def place(self, host):
        """The machine that plays the host."""
        return self.places.get(host, host)

    def state(self, host):
        """Where that machine's fences are."""
        return self.folder / "state" / self.place(host)

    def var(self, host):
        return self.folder / "var" / self.place(host)

    def run_folder(self, host):
        """Where that host's journals are."""
        colony = self.var(host) / self.plan.colony
        runs = sorted(path for path in colony.iterdir() if path.is_dir()) if colony.is_dir() else []
        if not runs:
            raise Failure(f"host {host} has begun no run: {self.tail(host)}")
        return runs[-1]

    def tail(self, host):
        return (self.folder / f"run-{self.place(host)}.log").read_text(errors="replace")[-3000:]

    # Processes.

    def processes(self):
        """Process ids of all that were started with our folder in their words, with the words."""
        found = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit() and (words := self.words(int(entry))):
                found[int(entry)] = words
        return found

    def words(self, pid):
        """None for processes that are not ours, or have ended."""
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                text = file.read()
        except OSError:
            return None
        if os.fsencode(str(self.folder)) not in text or pid == os.getpid():
            return None
        return [os.fsdecode(word) for word in text.split(b"\0")]

    def pid(self, component):
        """The component's process; None while it has none."""
        known = self.pids.get(component)
        if known and self.is_component(self.words(known), component):
            return known
        parent = self.supervisors[self.plan.host(component)].pid
        # A kernel that does not list children makes it slower, not impossible.
        for child in self.children(parent) or self.processes():
            if self.is_component(self.words(child), component):
                self.pids[component] = child
                return child
        return None

    @staticmethod
    def children(pid):
        try:
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []

    @staticmethod
    def is_component(words, component):
        return bool(words) and "--component" in words and words[words.index("--component") + 1] == component

    def signal(self, component, number):
        """False when there is no such process now."""
        pid = self.pid(component)
        if pid is None:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    def check_supervisors(self):
        for host, process in self.supervisors.items():
            if process.poll() is not None:
                raise Failure(f"the supervisor of {host} ended with {process.returncode}:\n{self.tail(host)}")
        if self.proxy and self.proxy.poll() is not None:
            raise Failure(f"the proxies ended: {(self.folder / 'proxy.log').read_text()[-2000:]}")

    # Links.

    def cut(self, link, mode):
        self.ask_proxy(f"cut {link} {mode}")
        self.cuts[link] = mode

    def heal(self, link):
        if self.cuts.pop(link, None):
            self.ask_proxy(f"heal {link}")

    def ask_proxy(self, line):
        self.proxy.stdin.write(line + "\n")
        answer = self.proxy.stdout.readline().strip()
        if answer != "ok":
            raise Failure(f"the proxies refuse '{line}': {answer or 'they ended'}")

    # Crash points.

    def arm(self, component, point, count):
        (self.crashes / component).write_text(f"{point}:{count}")

    def is_armed(self, component):
        """Whether the directive still waits for the component to read it."""
        return (self.crashes / component).exists()

    def disarm(self, component):
        (self.crashes / component).unlink(missing_ok=True)

    # Commands.

    def waggle(self, *words, host=None, seconds=20, is_placed=True):
        """`waggle WORDS`, for our run if it is about one; gives exit code, output, complaints."""
        host = host or self.plan.host("queen")
        where = ["--run", str(self.run_folder(host))] if is_placed else []
        try:
            result = subprocess.run(
                [self.binaries / "waggle", *words, *where],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=seconds,
                env={**os.environ, "WAGGLE_STATE": str(self.state(host))},
            )
        except subprocess.TimeoutExpired:
            return None, "", f"waggle {' '.join(words)} did not end in {seconds} s"
        return result.returncode, result.stdout, result.stderr

    def knows(self, command):
        """Whether this build has the command."""
        return self.waggle("help", command, is_placed=False)[0] == 0

    def person(self, kind, reason, *words):
        """A person's command; gives exit code and all that was said."""
        code, output, complaints = self.waggle(kind, "--operator", "chaos", "--reason", reason, *words)
        return code, (output + complaints).strip()

    def export(self, component, after):
        """Lines of the journal after a row; None with the reason while it cannot be read."""
        host = self.plan.host(component)
        words = ("journal", "export", component, "--after", str(after))
        code, output, complaints = self.waggle(*words, host=host, seconds=120)
        if code != 0:
            return None, complaints.strip()[-500:] or f"exit code {code}"
        return output.splitlines(), ""

    # Ending.

    def wait_for_end(self, seconds):
        """Whether all supervisors have ended by themselves."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if all(process.poll() is not None for process in self.supervisors.values()):
                return True
            time.sleep(0.1)
        return False

    def kill_all(self):
        """No process of ours is left, whatever has happened."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            rest = self.processes()
            for process in [*self.supervisors.values(), *([self.proxy] if self.proxy else [])]:
                if process.poll() is None:
                    process.kill()
            for pid in rest:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue  # It has just ended.
            if not rest and all(process.poll() is not None for process in self.supervisors.values()):
                break
            time.sleep(0.05)
        else:
            raise Failure(f"processes that do not end: {self.processes()}")
        if self.proxy:
            for pipe in (self.proxy.stdin, self.proxy.stdout):
                pipe.close()
            self.proxy.wait()
