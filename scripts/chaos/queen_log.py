"""The queen's journal: which permits she granted, to whom, and what she told the executor to halt."""

from executor_gates import MILLI, check_life, scope_text
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


class Holder:
    """Who got a permit; what it did not say of itself is None."""

    def __init__(self, row, epoch):
        self.seq, self.at, self.epoch = row.seq, row.at, epoch
        self.instance, self.lineage = row.get("instance") or None, row.get("lineage") or None


def differ(one, other):
    return one is not None and other is not None and one != other


class QueenLog:
    def __init__(self, rules, findings):
        self.rules, self.findings = rules, findings
        self.horizon = 0
        self.grants = {}
        self.holder = None
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
        self.grants[permit] = row.get("lineage")
        if self._is_ours(row):
            self._check_level(row, level)
            self._check_holder(row, permit[0], permit[3])
            check_life(self.rules, self.findings, row, permit[3])

    def _is_ours(self, row):
        """Whether it concerns the account under check."""
        account = row.get("account")
        return account is None or self.rules.account is None or int(account) == self.rules.account

    def _check_holder(self, row, epoch, life):
        """One executor at a time: of one journal the younger epoch, and one process of it; of two journals
        the second only when the first's last permit has run out, to the end of its second life."""
        holder = Holder(row, epoch)
        last, self.holder = self.holder, holder
        if last is None:
            return
        self.findings.judged("I7.holder")
        why = None
        if epoch < last.epoch:
            why = f"is older than epoch {last.epoch}"
        elif epoch == last.epoch and differ(holder.instance, last.instance):
            why = "is another process of the same epoch than"
        elif differ(holder.lineage, last.lineage) and row.at - last.at <= 2 * life - self.rules.clock_slack:
            why = f"has another journal than, {(row.at - last.at) // MILLI} ms before,"
        if why:
            self.findings.violation(
                "I7", f"{row}: the holder of the permit in epoch {epoch} {why} that of row {last.seq}"
            )

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
