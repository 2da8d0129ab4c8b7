#!/usr/bin/env python3
"""Holds the journals of a colony against each other: is every order, fill and intent where it should be?

    checker.py --executor x.jsonl --venue v.jsonl [--risk r.jsonl] [--signal s.jsonl] [--queen q.jsonl]
               [--record record.json] [--json FILE] [--strict] [--allow-unexercised RULE]

Reads what `waggle journal export` writes, one JSON object a line, and shares no code with the programs that
wrote it. Exit code 0 without a violation, 1 with one, 2 for wrong usage. --record names what the chaos
driver wrote beside its exports: limits, kills, halts and quiet moments. --strict also fails on what could
not be checked and on rules that judged nothing (exercises.py lists them). docs/CHAOS.md explains the
invariants and the output.
"""

import argparse
import heapq
import json
import sys
from pathlib import Path

import exercises
import figures
from executor_gates import MILLI, PROTECTIVE, quantity_text
from executor_log import ExecutorLog
from exposure import Exposure
from findings import Findings
from intent_hops import Hop
from journal_rows import (
    BPS_DECIMALS,
    CASH_DECIMALS,
    MONEY_DECIMALS,
    PRICE_DECIMALS,
    QUANTITY_DECIMALS,
    BadRow,
    order_id,
    row_of,
    shown,
)
from latches import Latches
from queen_log import QueenLog, differ
from quiet_moments import QuietMoment
from rules import Rules
from terms import Terms
from venue_log import VenueLog
from venue_truth import Calm, VenueTruth

COMPONENTS = ("executor", "venue", "risk", "signal", "queen")


class Checker:
    """Takes rows as they come, in any interleaving of the journals; each journal in its own order."""

    def __init__(self, rules=None):
        self.rules = rules or Rules()
        self.findings = Findings()
        self.executor = ExecutorLog(self.rules, self.findings)
        self.venue = VenueLog(self.rules, self.findings)
        self.risk = Hop("risk", "intentAccepted", self.findings, may_end_unknown=True)
        self.signal = Hop("signal", "signalIssued", self.findings, may_end_unknown=False)
        self.queen = QueenLog(self.rules, self.findings)
        self.last_seq = {name: 0 for name in COMPONENTS}
        self.rows = {name: 0 for name in COMPONENTS}
        self.horizon = 0
        self.unmatched_orders = {}
        self.unmatched_fills = {}
        self.unmatched_trades = {}
        self.unmatched_permits = []
        self.confirmed = 0
        self.checked = {
            "ordersCompared": 0,
            "fillsCompared": 0,
            "permitsCompared": 0,
            "protections": 0,
            "protectionChecks": 0,
        }
        self.kills = []
        self.halts = []
        self.troubles = []

    # Taking rows in.

    def feed(self, component, line):
        """One line of a component's export. Rows that were fed before are passed over."""
        if not line.strip():
            return
        try:
            row = row_of(component, line)
            if row.seq <= self.last_seq[component]:
                self.findings.note("rows fed twice")
                return
            if self.rules.is_contiguous and row.seq != self.last_seq[component] + 1:
                self.findings.violation("I0", f"{row}: rows are missing after {self.last_seq[component]}")
            self.last_seq[component] = row.seq
            self.rows[component] += 1
            # Of all journals: one that has nothing more to tell does not stop the clock for the others.
            self.horizon = max(self.horizon, row.at)
            self._take(component, row)
        except BadRow as problem:
            self.findings.violation("I0", str(problem))

    def _take(self, component, row):
        if component == "executor":
            self.executor.take(row)
            self._match_executor()
        elif component == "venue":
            if self.rules.account is None:
                self.rules.account = self.executor.account
            self.venue.take(row)
            self._match_venue()
        else:
            getattr(self, component).take(row)

    def _match_executor(self):
        log = self.executor
        for order in log.fresh_orders:
            theirs = self.unmatched_orders.pop(order.id, None)
            if theirs is not None:
                self._compare_order(order, theirs)
        log.fresh_orders.clear()
        for fill in log.fresh_fills:
            trade = self.unmatched_trades.pop(fill["key"], None)
            if trade is None:
                self.unmatched_fills[fill["key"]] = fill
            else:
                self._compare_fill(fill, trade)
        log.fresh_fills.clear()
        self.unmatched_permits += log.fresh_permits
        log.fresh_permits.clear()

    def _match_venue(self):
        log = self.venue
        for order in log.fresh_orders:
            ours = self.executor.orders.get(order.client)
            if ours is None:
                self.unmatched_orders[order.client] = order
            else:
                self._compare_order(ours, order)
        log.fresh_orders.clear()
        for trade in log.fresh_trades:
            fill = self.unmatched_fills.pop(trade["key"], None)
            if fill is None:
                self.unmatched_trades[trade["key"]] = trade
            else:
                self._compare_fill(fill, trade)
        log.fresh_trades.clear()

    # Comparing.

    def _compare_order(self, ours, theirs):
        self.checked["ordersCompared"] += 1
        self.findings.judged("I1.order")
        who = f"executor {ours.seq}, venue {theirs.seq}: order {ours.id}"
        if ours.at > theirs.at + self.rules.clock_slack:
            self.findings.violation(
                "I1", f"{who} was accepted {(ours.at - theirs.at) // MILLI} ms before it was journaled"
            )
        late = theirs.at - ours.request - ours.window
        if ours.request and late > self.rules.window_margin:
            self.findings.violation(
                "I1", f"{who} was accepted {late // MILLI} ms after its receive window had passed"
            )
        different = [
            f"{name} {here} by the executor, {there} at the venue"
            for name, here, there in (
                ("instrument", ours.instrument, theirs.instrument),
                ("side", ours.side, theirs.side),
                ("type", ours.type, theirs.type),
                (
                    "price",
                    shown(ours.price, PRICE_DECIMALS),
                    theirs.price and shown(theirs.price, PRICE_DECIMALS),
                ),
                ("quantity", quantity_text(ours.quantity), quantity_text(theirs.quantity)),
            )
            if here != there and not (name == "price" and ours.type == "market")
        ]
        if different:
            self.findings.violation("I1", f"{who}: {'; '.join(different)}")
        if ours.purpose in PROTECTIVE:
            intent = self.executor.intents.get(ours.intent)
            if intent:
                intent.protected_at.setdefault(ours.purpose, theirs.at)

    def _compare_fill(self, fill, trade):
        self.checked["fillsCompared"] += 1
        self.findings.judged("I3.fill")
        different = []
        for name, decimals in (
            ("price", PRICE_DECIMALS),
            ("quantity", QUANTITY_DECIMALS),
            ("fee", QUANTITY_DECIMALS),
        ):
            if fill[name] != trade[name]:
                different.append(
                    f"{name} {shown(fill[name], decimals)} booked, {shown(trade[name], decimals)} at the"
                    " venue"
                )
        if fill["side"] != trade["side"]:
            different.append("the sides differ")
        if fill["liquidity"] != trade["liquidity"]:
            different.append(f"{fill['liquidity']} booked, {trade['liquidity']} at the venue")
        different += self._fee_faults(trade)
        if fill["order"] is not None and fill["order"] != trade["order"]:
            different.append(f"order {fill['order']} booked, {trade['order']} at the venue")
        if fill["order"] is None and trade["order"] in self.executor.orders:
            different.append(f"booked for nobody's order, at the venue {trade['order']}")
        if fill["sequence"] not in (0, trade["sequence"]):
            different.append(f"trade {fill['sequence']} booked, {trade['sequence']} at the venue")
        if different:
            self.findings.violation(
                "I3",
                f"executor {fill['seq']}, venue {trade['seq']}: execution {fill['key'][1]}:"
                f" {'; '.join(different)}",
            )

    def _fee_faults(self, trade):
        """The fee is the topology's rate of what was paid, within one unit."""
        rate = self.rules.fees.get(trade["liquidity"], {}).get(trade["key"][0])
        if rate is None:
            return []
        self.findings.judged("I3.fee")
        paid = trade["price"] * trade["quantity"]
        scale = 10 ** (CASH_DECIMALS - MONEY_DECIMALS + BPS_DECIMALS + 4)
        if abs(trade["fee"] * scale - paid * rate) <= scale:
            return []
        return [
            f"fee {shown(trade['fee'], MONEY_DECIMALS)}, the {trade['liquidity']}'s would be"
            f" {shown(paid * rate // scale, MONEY_DECIMALS)}"
        ]

    # Judging what has been taken in.

    def check(self, now=None):
        """Judges everything whose counterpart must have been read by now. Cheap: looks at open ends only."""
        lag = self.rules.lag
        self._judge_orders(self.executor.horizon - lag)
        self._judge_fills(self.venue.horizon - lag)
        self._judge_confirmations(self.venue.horizon - lag)
        self._judge_epochs()
        self._judge_permits(self.queen.horizon - lag)

    def _judge_orders(self, horizon):
        for client, order in list(self.unmatched_orders.items()):
            if order.at >= horizon:
                continue
            del self.unmatched_orders[client]
            parts = self._own(client)
            if parts:
                self.findings.violation(
                    "I1",
                    f"venue {order.seq}: order {client} was accepted, and the executor's journal never"
                    " created it",
                )

    def _own(self, client):
        parts = order_id(client)
        return parts if parts and parts[0] == self.executor.account else None

    def _judge_fills(self, horizon):
        for key, fill in list(self.unmatched_fills.items()):
            if fill["at"] < horizon:
                del self.unmatched_fills[key]
                self.findings.violation(
                    "I3",
                    f"executor {fill['seq']}: execution {key[1]} is booked, and the venue's journal does not"
                    " have it",
                )

    def _judge_confirmations(self, horizon):
        """What the executor calls complete is complete: all trades so far were booked before it said so."""
        waiting = []
        for through, seq, at in self.executor.confirmations:
            if through > self.venue.last_sequence:
                if at < horizon:
                    self.findings.violation(
                        "I3",
                        f"executor {seq}: trades are confirmed up to {through}; the venue has "
                        f"{self.venue.last_sequence}",
                    )
                else:
                    waiting.append((through, seq, at))
                continue
            while self.confirmed < through:
                self.confirmed += 1
                self.findings.judged("I3.confirmed")
                key = self.venue.by_sequence.pop(self.confirmed, None)
                booked = self.executor.fills.get(key) if key else None
                if booked is None or booked > seq:
                    self.findings.violation(
                        "I3",
                        f"executor {seq}: trades are confirmed up to {through}, and trade {self.confirmed} "
                        f"(execution {key[1] if key else 'missing'}) is not booked by then",
                    )
        self.executor.confirmations[:] = waiting

    def _judge_epochs(self):
        waiting = []
        for seq, client, epoch, (newest, newest_seq) in self.venue.stale_epochs:
            order = self.executor.orders.get(client)
            begun = self.executor.epoch_begins.get(newest)
            if order is None or begun is None:
                waiting.append((seq, client, epoch, (newest, newest_seq)))
            elif order.request > begun + self.rules.clock_slack:
                self.findings.violation(
                    "I8",
                    f"venue {seq}: order {client} of epoch {epoch} was made "
                    f"{(order.request - begun) // MILLI} ms after epoch {newest} began (venue {newest_seq})",
                )
            else:
                self.findings.note("orders on their way when a newer executor began")
        self.venue.stale_epochs[:] = waiting[-1000:]

    def _judge_permits(self, horizon):
        waiting = []
        for permit in self.unmatched_permits:
            key = (permit["epoch"], permit["boot"], permit["level"], permit["life"])
            if key in self.queen.grants:
                self.checked["permitsCompared"] += 1
                self.findings.judged("I7.grant")
                lineage = self.queen.grants[key]
                if differ(lineage or None, self.executor.lineage):
                    self.findings.violation(
                        "I7",
                        f"executor {permit['seq']}: the permit was granted to the journal {lineage}, and this"
                        f" one is {self.executor.lineage}",
                    )
            elif permit["at"] < horizon and self.queen.grants_seen:
                self.findings.violation(
                    "I7",
                    f"executor {permit['seq']}: a permit {permit['level']} asked for at boot time"
                    f" {permit['boot']} was taken, and the queen granted no such permit",
                )
            elif len(waiting) < 100_000:
                waiting.append(permit)
        self.unmatched_permits = waiting

    def check_protection(self, now):
        """At a quiet moment `now`, read before the exports were made: is every position of an intent
        protected at the venue?"""
        self.checked["protectionChecks"] += 1
        QuietMoment(self, now).judge()

    def finish(self):
        """Judges the end: everything has been fed, nothing may be outstanding. Gives the result."""
        everything = float("inf")
        self._judge_orders(everything)
        self._judge_fills(everything)
        self._judge_confirmations(everything)
        self._judge_epochs()
        self._judge_permits(everything)
        for key, trade in self.unmatched_trades.items():
            self.findings.violation(
                "I3",
                f"venue {trade['seq']}: execution {key[1]}, trade {trade['sequence']} of the account, was"
                " never booked by the executor",
            )
        calm = Calm([at for at, _ in self.kills] + self.troubles, self.rules.bound)
        for judge in (Terms(self), VenueTruth(self, calm), Exposure(self, calm), Latches(self, calm)):
            judge.judge()
        self._finish_intents()
        self._finish_positions()
        self._finish_unchecked()
        return self.result()

    def _finish_intents(self):
        ended = self.executor.ended
        for intent in self.executor.intents.values():
            if not intent.ended:
                self.findings.violation("I4", f"executor {intent.seq}: intent {intent.id} never ended here")
        self.risk.check_ended()
        self.signal.check_ended()
        if self.risk.is_used:
            self.risk.compare("executor", ended)
            for intent in self.executor.intents.values():
                if intent.id not in self.risk.begun:
                    self.findings.violation(
                        "I2",
                        f"executor {intent.seq}: intent {intent.id} is carried out, and risk never"
                        " accepted it",
                    )
        if self.signal.is_used:
            self.signal.compare("risk", self.risk.ended)
            for identifier, (seq, _) in self.risk.begun.items():
                if identifier not in self.signal.begun:
                    self.findings.violation(
                        "I2", f"risk {seq}: intent {identifier} is accepted, and no signal asked for it"
                    )

    def _finish_positions(self):
        for instrument in sorted(set(self.executor.positions) | set(self.venue.positions)):
            self.findings.judged("I5.position")
            for name, decimals, ours, theirs in (
                ("position", QUANTITY_DECIMALS, self.executor.positions, self.venue.positions),
                ("cash", CASH_DECIMALS, self.executor.cash, self.venue.cash),
            ):
                here, there = ours.get(instrument, 0), theirs.get(instrument, 0)
                if here != there:
                    self.findings.violation(
                        "I5",
                        f"instrument {instrument}: {name} {shown(here, decimals)} by the executor's fills, "
                        f"{shown(there, decimals)} by the venue's trades",
                    )

    def _finish_unchecked(self):
        cannot = self.findings.cannot_check
        if not self.rows["executor"] or not self.rows["venue"]:
            cannot("I1", "no rows of executor or venue")
        if not self.executor.permits_seen:
            cannot("I7", "the executor's journal notes no permits")
        elif not self.queen.grants_seen:
            cannot("I7", "the queen's journal notes no grants")
        if not self.executor.intents and not self.executor.ended:
            cannot("I2", "there were no intents")
            cannot("I4", "there were no intents")
        elif not (self.risk.is_used and self.signal.is_used):
            cannot("I4", "risk's or signal's journal notes no intents")
        if not self.rules.max_position:
            cannot("I6", "no caps were given")
        if not self.checked["protections"]:
            cannot("I9", "no position of an intent was open at a quiet moment")
        if not self.executor.halt_drills:
            cannot("I10", "nothing was halted")

    # What the driver knows.

    def note_kill(self, component, nanos):
        """A process of the component was killed at this wall time."""
        self.kills.append((nanos, component))

    def note_trouble(self, nanos):
        """Something that holds the colony up ended at this wall time: a link healed, a process went on."""
        self.troubles.append(nanos)

    def note_halt(self, label, nanos):
        """A halt was commanded at this wall time, under circumstances that the label names."""
        self.halts.append((nanos, label))

    def result(self):
        return figures.result(self)


def check_files(files, record=None):
    """Checks whole exports, by component. Rows are taken in the order of their times."""
    record = record or {}
    checker = Checker(Rules(record.get("rules")))
    for kill in record.get("kills", []):
        checker.note_kill(kill["component"], kill["nanos"])
    for at in record.get("troubleNanos", []):
        checker.note_trouble(at)
    for halt in record.get("halts", []):
        checker.note_halt(halt["halt"], halt["nanos"])
    quiet = sorted(record.get("quietNanos", []))
    order = {name: place for place, name in enumerate(COMPONENTS)}
    streams = [timed(name, order[name], lines) for name, lines in files.items()]
    for at, _, _, name, line in heapq.merge(*streams, key=lambda item: item[:3]):
        while quiet and quiet[0] < at:
            checker.check_protection(quiet.pop(0))
        checker.feed(name, line)
    return checker.finish()


def timed(name, place, lines):
    """Lines with their times, never going back: a journal's order is the order of its rows."""
    latest = 0
    for number, line in enumerate(lines):
        if line.strip():
            try:
                latest = max(latest, int(json.loads(line)["atNanos"]))
            except (ValueError, KeyError, TypeError):
                # `feed` says what is wrong with it.
                pass
            yield latest, place, number, name, line


def main():
    parser = argparse.ArgumentParser(description="Holds the journals of a colony against each other.")
    for name in COMPONENTS:
        parser.add_argument(f"--{name}", type=Path, help=f"export of the {name}'s journal")
    parser.add_argument(
        "--record", type=Path, help="record.json of the chaos driver: limits, kills, quiet moments"
    )
    parser.add_argument("--json", type=Path, help="writes the result there")
    parser.add_argument("--strict", action="store_true", help="fails on what could not be checked, too")
    parser.add_argument(
        "--allow-unexercised",
        metavar="RULE",
        type=exercises.known,
        action="append",
        default=[],
        help="a rule that need not have judged anything; otherwise --strict fails",
    )
    words = parser.parse_args()
    if not words.executor or not words.venue:
        parser.error("--executor and --venue are needed")
    record = json.loads(words.record.read_text()) if words.record else None
    opened = {name: open(getattr(words, name)) for name in COMPONENTS if getattr(words, name)}
    try:
        result = check_files(opened, record)
    finally:
        for file in opened.values():
            file.close()
    print(figures.summary(result))
    if words.json:
        words.json.write_text(json.dumps(result, indent=2) + "\n")
    unexercised = set(result["unexercised"]) - set(words.allow_unexercised)
    return 1 if result["violationCount"] or (words.strict and (result["unchecked"] or unexercised)) else 0


if __name__ == "__main__":
    sys.exit(main())
