"""The queen's journal: which permits she granted, to whom, and what she told the executor to halt."""

from executor_gates import scope_text
from journal_rows import halt_scope

ORDERED = ("halted", "panicked", "flattenOrdered")
WIDE = (("firm",), ("account",))


class HaltOrder:
    """Something that the queen has latched and handed on."""

    def __init__(self, row, scope):
        self.seq, self.at, self.fact, self.scope = row.seq, row.at, row.fact, scope
        self.command, self.released_at = row.get("command"), None

    @property
    def is_panic(self):
        return self.fact == "panicked"


class QueenLog:
    def __init__(self, rules, findings):
        self.rules, self.findings = rules, findings
        self.horizon = 0
        self.grants = set()
        self.grants_seen = 0
        self.orders = []
        self.latched = {}

    def take(self, row):
        self.horizon = max(self.horizon, row.at)
        if row.fact == "granted":
            self._grant(row)
        elif row.fact in ORDERED or row.fact == "released":
            self._latch(row)
        else:
            self.findings.note(f"queen rows of no interest: {row.fact}")

    def _grant(self, row):
        level = row.need("level")
        permit = (row.number("holderEpoch"), row.number("askedBootNanos"), level, row.number("lifeNanos"))
        self.grants_seen += 1
        self.grants.add(permit)
        if self._is_ours(row):
            self._check_level(row, level)

    def _is_ours(self, row):
        """Whether it concerns the account under check."""
        account = row.get("account")
        return account is None or self.rules.account is None or int(account) == self.rules.account

    def _check_level(self, row, level):
        """A halt of the firm or the account leaves what reduces, a panic of them nothing but cancels."""
        for (scope, is_panic), orders in self.latched.items():
            if scope in WIDE and level not in (("cancel",) if is_panic else ("cancel", "reduce")):
                self.findings.violation(
                    "I10",
                    f"{row}: a permit {level} is granted while {scope_text(scope)} is {orders[0].fact}, row"
                    f" {orders[0].seq}",
                )

    def _latch(self, row):
        if not self._is_ours(row):
            return
        scope = halt_scope(row)
        if row.fact == "released":
            for is_panic in (False, True):
                for order in self.latched.pop((scope, is_panic), ()):
                    order.released_at = row.at
            return
        order = HaltOrder(row, scope)
        self.orders.append(order)
        self.latched.setdefault((scope, order.is_panic), []).append(order)
