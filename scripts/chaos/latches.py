"""What a person halts is halted at the executor: what the queen has latched, and what the executor took in."""

from executor_gates import MILLI, scope_text
from exposure import without
from queen_log import WIDE


class Latches:
    """Judges a checker's journals when all of them have been read."""

    def __init__(self, checker, calm):
        self.rules, self.findings, self.calm = checker.rules, checker.findings, calm
        self.executor, self.queen, self.horizon = checker.executor, checker.queen, checker.horizon
        self.scopes = {order.command: order.scope for order in self.queen.orders}

    def judge(self):
        for order in self.queen.orders:
            self._judge_order(order)
        for command in self.executor.commands:
            self._judge_command(*command)

    def _judge_order(self, order):
        """It reaches the executor within the bound, unless she releases it before. A latch of its scope is what
        was asked for, whoever releases it; a wider one covers it for as long as it lasts."""
        self.findings.judged("I10.latch")
        end = self.horizon if order.released_at is None else order.released_at
        wider = []
        for latch in self.executor.latches:
            is_over = latch.until is not None and latch.until < order.at - self.rules.clock_slack
            if latch.is_panic != order.is_panic or is_over:
                continue
            if latch.scope == order.scope:
                end = min(end, max(latch.since, order.at))
            elif is_within(order.scope, latch.scope):
                wider.append(latch)
        spans = [(order.at, end)]
        for latch in wider:
            spans = [part for span in spans for part in without(span, latch)]
        if self.calm.are_too_long(spans):
            self.findings.violation(
                "I10",
                f"queen {order.seq}: {scope_text(order.scope)} is {order.fact}, and for"
                f" {sum(until - since for since, until in spans) // MILLI} ms the executor has latched nothing"
                " that covers it",
            )

    def _judge_command(self, seq, command, kind, latched):
        """The turn that takes a command in latches it, or finds it latched."""
        self.findings.judged("I10.latch")
        scope = self.scopes.get(command)
        if not any(scope is None or is_within(scope, other) for other in latched):
            self.findings.violation(
                "I10",
                f"executor {seq}: the {kind}{f' of {scope_text(scope)}' if scope else ''}, command"
                f" {command}, is taken in, and nothing that covers it is latched",
            )


def is_within(scope, latched):
    """Whether what is latched covers the scope."""
    return latched in WIDE or latched == scope
