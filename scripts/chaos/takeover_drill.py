"""The steps of taking an account over, and what each must show."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

import figures
from chaos import ROOT, STOP_SECONDS, report
from colony import Colony, Failure, die_with_parent, free_port_base
from faults import Faults
from journals import Journals
from orders_seen import OrdersSeen, row_facts
from topology_file import Plan, read_json5
from watch import STATES, Watch

TOPOLOGY = ROOT / "topology/chaos.json5"
AWAY = "127.0.0.7"
"""The other host's address."""
SIGNAL_SEES = "127.0.1.7"
"""Where signal sees the executor, through a proxy: chaos.json5 has none there, as nobody moves in it."""
AT_ONCE = 5
"""Seconds in which a second executor must have ended."""
ROGUE_SECONDS = 10
"""For so long an executor without the journal may try."""
WATCHED_SECONDS = 15
"""For so long both are watched once the first one goes on."""
LAST_SECONDS = 8
"""In the last of them B must have traded: A's connections take the place of B's for four (docs/CHAOS.md)."""
PATIENCE = 60
RECV_WINDOW = 5
"""Seconds an order may be under way; docs/PROTOCOL.md section 8 adds one."""
MILLI = 1_000_000


class TakeoverDrill:
    """A is the executor that hangs, B the one that takes over."""

    def __init__(self, words, seed, folder, say):
        self.words, self.seed, self.folder, self.say = words, seed, folder, say
        self.topologies = {
            place: self.topology(place, address) for place, address in (("desk", None), ("away", AWAY))
        }
        numbers = [entry["number"] for entry in Plan(self.topologies["desk"], 0).components.values()]
        base = words.port_base or free_port_base(numbers)
        self.plans = {place: Plan(path, base) for place, path in self.topologies.items()}
        self.steps = []
        self.children = []

    def topology(self, place, address):
        """The chaos colony; with the executor's host at another address."""
        changed = read_json5(TOPOLOGY.read_text())
        changed["components"]["executor"]["endpoints"]["floor"] = SIGNAL_SEES
        if address:
            changed["hosts"]["desk"]["address"] = address
        path = self.folder / f"{place}.json5"
        path.write_text(json.dumps(changed, indent=2) + "\n")
        return path

    def run(self):
        (self.folder / "main").mkdir()
        (self.folder / "exports").mkdir()
        plan = self.plans["desk"]
        self.colony = Colony(self.words.binaries, self.topologies["desk"], plan, self.folder / "main")
        # Two listeners, one for each place the executor may be at; all others are heard by both.
        self.watch_a, self.watch_b = Watch(plan), Watch(self.plans["away"])
        self.venue = OrdersSeen(self.colony)
        try:
            self.begin()
            self.second_on_the_same_host()
            self.second_without_the_journal()
            self.take_over()
            self.go_on()
            self.end()
        finally:
            # Whatever happened: no process stays.
            self.colony.kill_all()
            for child in self.children:
                child.wait()
            self.watch_a.close()
            self.watch_b.close()
        return self.result()

    def result(self):
        is_ok = len(self.steps) == 6 and all(step["ok"] for step in self.steps)
        return {"seed": self.seed, "seconds": self.words.seconds, "ok": is_ok, "steps": self.steps}

    def step(self, name):
        self.steps.append(
            {"step": len(self.steps) + 1, "name": name, "ok": True, "problems": [], "figures": {}}
        )
        self.say(f"{len(self.steps)}. {name}")
        return self.steps[-1]["figures"]

    def must(self, is_so, problem):
        """Notes what is wrong and goes on, to see the rest."""
        if not is_so:
            self.steps[-1]["ok"] = False
            self.steps[-1]["problems"].append(problem)
            self.say(f"WRONG: {problem}")
        return is_so

    def pause(self, seconds):
        """Both are listened to."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.watch_b.pause(min(left, 0.05))
            self.watch_a.listen(0)

    def recover(self, watch):
        faults = Faults(self.colony, watch, None, random.Random(self.seed), self.say)
        try:
            faults.recover()
        except Failure as problem:
            self.must(False, str(problem))
            raise

    # 1.

    def begin(self):
        facts = self.step("the colony trades")
        self.colony.start(self.seed)
        self.recover(self.watch_a)
        self.pause(2)
        self.a_run = self.colony.run_folder("desk")
        self.a_pid = self.colony.pid("executor")
        self.a_supervisor = self.colony.supervisors["desk"]
        self.venue.read()
        facts["orders accepted"] = len(self.venue.accepted)
        self.must(self.venue.accepted, "the venue's journal has no order of the executor")

    # 2.

    def second_on_the_same_host(self):
        facts = self.step("a second executor on the same host ends at once")
        own = self.colony.state("desk")
        other = self.folder / "state-nobody"
        for name, state, run, word in (
            ("same state, own run folder", own, self.folder / "main/second", "fence "),
            ("same state, same run folder", own, self.a_run, "fence "),
            ("another state, same run folder", other, self.a_run, "journal "),
        ):
            begun = time.monotonic()
            child = self.executor(run, state, f"second-{len(facts)}")
            try:
                code = child.wait(AT_ONCE)
            except subprocess.TimeoutExpired:
                child.kill()
                code = None
            said = child.log.read_text(errors="replace").strip()
            took = time.monotonic() - begun
            facts[name] = f"exit code {code} after {1000 * took:.0f} ms: {said}"
            self.must(code == 75, f"{name}: exit code {code}, not 75")
            self.must(word in said, f"{name}: it was not the {word.strip()} that refused it: {said}")
            self.must(f"process {self.a_pid}" in said, f"{name}: process {self.a_pid} is not named: {said}")
        code, output, complaints = self.colony.waggle(
            "run", self.topologies["away"], "--host", "desk", "--var", self.colony.var("desk"),
            "--resume", "latest", is_placed=False,
        )  # fmt: skip
        facts["waggle run --resume latest"] = f"exit code {code}: {complaints.strip()}"
        self.must(code == 75, f"waggle run --resume latest: exit code {code}, not 75")
        self.must(self.colony.pid("executor") == self.a_pid, "the executor is another process than before")

    def executor(self, run, state, name):
        """An executor at the other address, started by hand."""
        log = self.folder / f"main/{name}.log"
        with open(log, "wb") as file:
            child = subprocess.Popen(
                [
                    self.words.binaries / "waggle-executor",
                    "--topology",
                    self.topologies["away"],
                    "--component",
                    "executor",
                    "--run",
                    run,
                    "--port-base",
                    str(self.colony.plan.port_base),
                ],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env={**os.environ, "WAGGLE_STATE": str(state)},
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        child.log = log
        self.children.append(child)
        return child

    # 3.

    def second_without_the_journal(self):
        facts = self.step("an executor on another host without the journal places nothing")
        run = self.folder / "main/rogue"
        self.venue.read()
        before, since = len(self.venue.accepted), time.time_ns()
        child = self.executor(run, self.folder / "state-rogue", "rogue")
        self.pause(ROGUE_SECONDS)
        member = self.watch_b.members["executor"]
        facts["its state"] = STATES.get(member.state, "unheard")
        facts["its exit code before it was stopped"] = child.poll()
        facts["the first one's state meanwhile"] = STATES.get(self.watch_a.members["executor"].state)
        status = self.status(self.folder / "away.json5")
        facts["its answer to status"] = status
        ended = time.time_ns()
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.must(False, "it does not end when asked to")
            child.kill()
        rows = row_facts(self.lines_of(run / "executor.journal"))
        facts["its rows"] = count(row["fact"] for row in rows)
        self.must(facts["its rows"], "its journal has no rows, so nothing was tried")
        self.must(
            "orderCreated" not in facts["its rows"],
            f"it made {facts['its rows'].get('orderCreated')} orders",
        )
        self.recover(self.watch_a)
        self.must(
            self.colony.pid("executor") == self.a_pid, "the first executor did not come through it alive"
        )
        self.venue.read()
        facts["orders accepted meanwhile"] = len(self.venue.accepted) - before
        facts["ms until the first one traded again"] = (self.watch_a.last_order - ended) // MILLI
        # Whoever was accepted is in A's journal: the checker judges it at the end.
        facts["seconds without an accepted order, longest first"] = self.venue.gaps(since, time.time_ns())

    def status(self, topology):
        """What the executor that the topology knows answers to `status`."""
        code, output, complaints = self.colony.waggle(
            "status", "--json", "--topology", topology, "--host", "desk",
            "--port-base", str(self.colony.plan.port_base), is_placed=False,
        )  # fmt: skip
        try:
            found = json.loads(output)
        except ValueError:
            return {"problem": f"exit code {code}: {complaints.strip()[-300:]}"}
        for entry in found["components"]:
            if entry["name"] == "executor":
                return entry["status"] or {"problem": entry["outcome"]}
        return {"problem": f"no executor in {output[:300]}"}

    def lines_of(self, journal, after=0):
        code, output, complaints = self.colony.waggle(
            "journal", "export", journal, "--after", str(after), is_placed=False, seconds=120
        )
        if code != 0:
            raise Failure(f"journal {journal} cannot be exported: {complaints.strip()}")
        return output.splitlines()

    # 4.

    def take_over(self):
        facts = self.step("B takes over while A hangs")
        self.stopped_at = time.time_ns()
        for pid in (self.a_supervisor.pid, self.a_pid):
            os.kill(pid, signal.SIGSTOP)
        self.a_epoch = self.watch_a.members["executor"].epoch
        wait = 2 * self.colony.plan.permit_life + RECV_WINDOW + 1
        self.pause(wait)
        self.taken_at = time.time_ns()
        self.colony.move("desk", "away", self.topologies["away"], self.plans["away"])
        away = self.colony.var("desk") / self.colony.plan.colony
        away.mkdir(parents=True)
        shutil.copytree(self.a_run, away / self.a_run.name, ignore=shutil.ignore_patterns("supervisor.lock"))
        (away / "latest").write_text(self.a_run.name + "\n")
        for seen in self.plans["away"].components["executor"]["endpoints"].values():
            self.colony.ask_proxy(f"target {seen} {AWAY}")
        self.colony.supervisors["desk"] = self.colony.start_host("desk", self.seed, "--resume", "latest")
        self.recover(self.watch_b)
        while not self.venue.of_epochs_above(self.a_epoch):
            self.pause(0.2)
            self.venue.read()
            if time.time_ns() - self.taken_at > PATIENCE * 1000 * MILLI:
                self.must(False, f"B has no order accepted: {self.watch_b.standing()}")
                raise Failure("B does not trade")
        self.first_of_b = self.venue.of_epochs_above(self.a_epoch)[0]
        facts["A's epoch, B's"] = f"{self.a_epoch}, {self.watch_b.members['executor'].epoch}"
        facts["waited, s"] = wait
        facts["takeover to B's first order at the venue, ms"] = (self.first_of_b.at - self.taken_at) // MILLI
        rest = self.words.seconds - (time.time_ns() - self.stopped_at) / 1e9
        self.pause(max(rest, 2))
        self.colony.check_supervisors()
        self.venue.read()
        facts["B's orders accepted"] = len(self.venue.of_epochs_above(self.a_epoch))
        facts["A's orders accepted while it hung"] = len(self.venue.of(self.a_epoch, self.stopped_at))
        # What was under way when A was stopped may still arrive in its receive window.
        over = min(self.first_of_b.at, self.stopped_at + (RECV_WINDOW + 1) * 1000 * MILLI)
        late = [order.id for order in self.venue.of(self.a_epoch, over)]
        self.must(not late, f"orders of A were accepted long after its stop, or after B's first: {late}")

    # 5.

    def go_on(self):
        facts = self.step("A goes on and places nothing, B goes on trading")
        a = self.watch_a.members["executor"]
        self.resumed_at = time.time_ns()
        facts["A hung, s"] = round((self.resumed_at - self.stopped_at) / 1e9, 1)
        told = (self.folder / "main/run-desk.log").stat().st_size
        of_b = (self.folder / "main/run-away.log").stat().st_size
        for pid in (self.a_pid, self.a_supervisor.pid):
            os.kill(pid, signal.SIGCONT)
        states = []
        end = time.monotonic() + WATCHED_SECONDS
        while time.monotonic() < end:
            self.pause(0.1)
            if time.monotonic() - a.heard < 0.5 and (not states or states[-1] != STATES.get(a.state)):
                states.append(STATES.get(a.state))
        self.venue.read()
        facts["A's states"] = states
        status = self.status(self.topologies["desk"])
        facts["A's answer to status"] = status
        facts["alarms of A"] = told_by(self.folder / "main/run-desk.log", told)
        facts["alarms of B"] = told_by(self.folder / "main/run-away.log", of_b)
        facts["A's orders accepted"] = len(self.venue.of(self.a_epoch, self.resumed_at))
        facts["B's orders accepted"] = len(self.venue.of_epochs_above(self.a_epoch, self.resumed_at))
        facts["seconds without an accepted order of B, longest first"] = self.venue.gaps(
            self.resumed_at, time.time_ns()
        )
        facts["B's state"] = STATES.get(self.watch_b.members["executor"].state)
        self.must(facts["A's orders accepted"] == 0, "the venue accepted orders of A")
        self.must(
            self.venue.of_epochs_above(self.a_epoch, time.time_ns() - LAST_SECONDS * 1000 * MILLI),
            f"B had no order accepted in the last {LAST_SECONDS} s: {self.watch_b.standing()}",
        )
        self.must(self.colony.words(self.a_pid) is not None, "A ended by itself")
        self.must(
            states and states[-1] in ("quarantined", "degraded"),
            f"A does not say that it is not trading: {states}",
        )

    # 6.

    def end(self):
        facts = self.step("the books are right and nobody traded beside another")
        # The supervisor first: it would start A again.
        for process in (self.a_supervisor.pid, self.a_pid):
            os.kill(process, signal.SIGKILL)
        self.a_supervisor.wait()
        self.pause(1)
        self.recover(self.watch_b)
        exports = self.folder / "exports"
        rules = self.colony.plan.rules(1500)
        journals = Journals(self.colony, rules, exports)
        try:
            journals.checker.note_kill("executor", self.stopped_at)
            code, said = self.colony.person("stop", "the account was taken over")
            self.must(code == 0, f"the colony does not take the stop: {said}")
            self.must(
                self.colony.wait_for_end(STOP_SECONDS), f"the colony did not end in {STOP_SECONDS} s"
            )
            self.colony.kill_all()
            journals.read(is_final=True)
            check = journals.finish()
            (exports / "record.json").write_text(json.dumps(journals.record(rules), indent=2) + "\n")
        finally:
            journals.close()
        facts["checker"] = figures.summary(check).replace("\n", "\n       ")
        self.must(check["violationCount"] == 0, f"{check['violationCount']} violations of invariants")
        left = [check["openAtEnd"][name] for name in ("executor", "venue")]
        self.must(not any(left), f"orders are open at the end: {check['openAtEnd']}")
        self.judge_tail(facts, exports)
        (self.folder / "whole").mkdir()
        reported = report(self.colony, self.folder / "whole")
        facts["waggle report"] = "reconciled" if reported["reconciled"] else reported
        self.must(reported["reconciled"], "waggle report does not reconcile")

    def judge_tail(self, facts, exports):
        """A's rows that B never had: what it did after it was taken over."""
        lines = self.lines_of(self.a_run / "executor.journal")
        (exports / "a.jsonl").write_text("".join(line + "\n" for line in lines))
        mine = row_facts(lines)
        theirs = row_facts((exports / "executor.jsonl").read_text().splitlines())
        copied = [row for row in theirs if row["epoch"] <= self.a_epoch]
        self.must(mine[: len(copied)] == copied, "the copied rows are not those of A's journal")
        tail = mine[len(copied) :]
        facts["rows copied"], facts["A's rows after the copy"] = len(copied), count(r["fact"] for r in tail)
        made = [row for row in tail if row["fact"] == "orderCreated"]
        # A turn that was stopped in its commit ends it when it goes on; its order is past its window then.
        late = [row for row in made if int(row["requestNanos"]) > self.stopped_at]
        facts["A's orders in the turn that was stopped"] = len(made) - len(late)
        self.must(not late, f"A made orders after it was stopped, rows {[row['seq'] for row in late]}")
        taken = [row for row in tail if row["fact"] == "permitTaken" and row["atNanos"] > self.resumed_at]
        self.must(not taken, f"A got a permit after B had taken over, rows {[r['seq'] for r in taken]}")
        facts["A's cancels after it went on"] = sum(row["fact"] == "cancelRequested" for row in tail)


def count(names):
    counts = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def told_by(log, begun):
    """Alarms in a supervisor's log after so many bytes, by severity and code."""
    with open(log, "rb") as file:
        file.seek(begun)
        words = file.read().decode(errors="replace")
    told = re.findall(r"^(\w+) from executor: (\w+):", words, re.M)
    return count(" ".join(one) for one in told)
