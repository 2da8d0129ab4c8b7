"""What the executor declares is what the venue has: ends of orders, of intents, of halted orders."""

from bisect import bisect_right

from executor_gates import MILLI, PROTECTIVE, quantity_text

PATIENCE = 6
"""Kills and cuts put a bound off, but nothing may take more than so many bounds."""


class Calm:
    """When something was done to the colony: a bound runs from the last such moment."""

    def __init__(self, troubles, bound):
        self.troubles, self.bound = sorted(troubles), bound

    def is_too_long(self, since, until):
        """Whether it took longer than what was done meanwhile explains."""
        return self.are_too_long([(since, until)])

    def are_too_long(self, spans):
        """The same of several spans together."""
        whole = sum(until - since for since, until in spans)
        unexplained = sum(until - self._calm_since(since, until) for since, until in spans)
        return unexplained > self.bound or whole > PATIENCE * self.bound

    def _calm_since(self, since, until):
        place = bisect_right(self.troubles, until)
        return max(since, self.troubles[place - 1]) if place else since


class VenueTruth:
    """Judges a checker's journals when all of them have been read."""

    def __init__(self, checker, calm):
        self.rules, self.findings = checker.rules, checker.findings
        self.executor, self.venue, self.calm = checker.executor, checker.venue, calm
        self.horizon = checker.horizon

    def judge(self):
        for seq, at, name, cause, cum in self.executor.declared_ends:
            self._judge_end(seq, at, name, cause, cum)
        for seq, name in self.executor.declared_not_placed:
            self._judge_not_placed(seq, name)
        for intent in self.executor.intents.values():
            self._judge_intent(intent)
        for drill in self.executor.halt_drills:
            self._judge_halt(drill)

    def at_venue(self, name):
        number = self.venue.clients.get(name)
        return None if number is None else self.venue.orders[number]

    def _judge_end(self, seq, at, name, cause, cum):
        order = self.at_venue(name)
        who = f"executor {seq}: order {name} is declared {cause}"
        # One that the venue never accepted has no row there, as is right for a rejected one.
        self.findings.judged("I12.ended")
        if order is None:
            if cum or cause == "filled":
                self.findings.violation(
                    "I12", f"{who} with {quantity_text(cum)}, and the venue never accepted it"
                )
            return
        limit = at + self.rules.clock_slack
        if order.ended_at is None or order.ended_at > limit:
            since = "and works" if order.ended_at is None else f"and works until venue {order.ended_seq}"
            self.findings.violation("I12", f"{who}; the venue accepted it, row {order.seq}, {since}")
        elif cause == "rejected" and order.status != "rejected":
            self.findings.violation("I12", f"{who}; the venue accepted it, row {order.seq}: {order.status}")
        elif cum > order.filled:
            self.findings.violation(
                "I12",
                f"{who} with {quantity_text(cum)}; the venue filled {quantity_text(order.filled)} of it",
            )

    def _judge_not_placed(self, seq, name):
        self.findings.judged("I12.notPlaced")
        order = self.at_venue(name)
        if order is not None:
            self.findings.violation(
                "I12", f"executor {seq}: order {name} is declared not placed; venue {order.seq} accepted it"
            )

    def _judge_intent(self, intent):
        for name in intent.entries:
            order = self.at_venue(name)
            if order is None:
                continue
            if intent.ended_at is not None:
                self._judge_intent_end(intent, order)
            self.findings.judged("I12.expiry")
            end = self.horizon if order.ended_at is None else order.ended_at
            since = max(intent.expire, order.at)
            if self.calm.is_too_long(since, end):
                self.findings.violation(
                    "I12",
                    f"venue {order.seq}: entry {name} of intent {intent.id} works for"
                    f" {(end - since) // MILLI} ms after its expiry",
                )

    def _judge_intent_end(self, intent, order):
        self.findings.judged("I12.intent")
        seq, _, told, _ = self.executor.ended[intent.id]
        filled = sum(
            trade.quantity for trade in order.trades if trade.at <= intent.ended_at + self.rules.clock_slack
        )
        if order.ended_at is None or order.ended_at > intent.ended_at + self.rules.clock_slack:
            self.findings.violation(
                "I12",
                f"executor {seq}: intent {intent.id} ends while the venue has its entry {order.client}, row"
                f" {order.seq}",
            )
        elif told < filled:
            self.findings.violation(
                "I12",
                f"executor {seq}: intent {intent.id} ends with {quantity_text(told)}; the venue had filled"
                f" {quantity_text(filled)}",
            )

    def _judge_halt(self, drill):
        """Everything that was open then, and is neither protection nor a closing, ends at the venue."""
        halted = drill["haltNanos"]
        for name in drill["orders"]:
            order, ours = self.at_venue(name), self.executor.orders[name]
            if order is None or ours.purpose in PROTECTIVE + ("flatten", "ownerless"):
                continue
            self.findings.judged("I10.cancel")
            end = self.horizon if order.ended_at is None else order.ended_at
            since = max(halted, order.at)
            if self.calm.is_too_long(since, end):
                self.findings.violation(
                    "I10",
                    f"venue {order.seq}: order {name} works for {(end - since) // MILLI} ms after the halt of"
                    f" {' '.join(map(str, drill['scope']))}, executor {drill['seq']}",
                )
