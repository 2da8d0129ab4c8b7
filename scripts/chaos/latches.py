"""What a person halts is halted at the executor: what the queen has latched, and what the executor took in."""

from executor_gates import MILLI, scope_text
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
        """It reaches the executor within the bound, unless she releases it before."""
        self.findings.judged("I10.latch")
        end = self.horizon if order.released_at is None else order.released_at
        for latch in self.executor.latches:
            is_over = latch.until is not None and latch.until < order.at - self.rules.clock_slack
            if latch.is_panic == order.is_panic and is_within(order.scope, latch.scope) and not is_over:
                end = min(end, max(latch.since, order.at))
        if self.calm.is_too_long(order.at, end):
            self.findings.violation(
                "I10",
                f"queen {order.seq}: {scope_text(order.scope)} is {order.fact}, and for"
                f" {(end - order.at) // MILLI} ms the executor latches nothing that covers it",
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
