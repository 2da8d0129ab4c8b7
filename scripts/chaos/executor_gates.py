"""What the executor must not do: more than its caps allow, without a permit, or while halted."""

from journal_rows import QUANTITY_DECIMALS, halt_scope, shown

MILLI = 1_000_000
ENTERING = ("quote", "entry")
PROTECTIVE = ("stopLoss", "takeProfit")


class Latch:
    """A halt or a panic that the executor has latched, from its row to its release's."""

    def __init__(self, row, scope, is_panic):
        self.seq, self.since, self.until = row.seq, row.at, None
        self.scope, self.is_panic = scope, is_panic
        self.is_commanded = False

    def covers(self, strategy, instrument):
        return covers(self.scope, strategy, instrument)


class Gates:
    """Follows what is open, the newest permit and the halts, and judges each order by them as it is made."""

    def __init__(self, rules, findings):
        self.rules = rules
        self.findings = findings
        self.positions = {}
        self.working = {}
        self.over = set()
        self.permit = None
        self.permits_seen = 0
        self.before_permits = []
        self.fresh_permits = []
        self.halts = {}
        self.panics = {}
        self.latches = []
        self.halt_drills = []
        self.live_drills = []

    # Limits.

    def _recount(self, row, order):
        """Books the change of what an order may still do to its instrument."""
        now = order.worst_open
        if now == order.counted and order.purpose not in PROTECTIVE:
            return
        sums = self.working.setdefault(order.instrument, {1: 0, -1: 0})
        intent = self.intents.get(order.intent) if order.intent else None
        if order.purpose in PROTECTIVE and intent is not None:
            leg = PROTECTIVE.index(order.purpose)
            before = self._legs(intent)
            intent.legs[leg] += now - order.counted
            sums[order.side] += self._legs(intent) - before
        else:
            sums[order.side] += now - order.counted
        order.counted = now
        self._check_worst(row, order.instrument)

    def _legs(self, intent):
        """Stop and target of one intent close the same position: only one of them can."""
        if not self.rules.protective_counts:
            return 0
        return max(intent.legs) if self.rules.oco_counts_once else sum(intent.legs)

    def _check_worst(self, row, instrument):
        cap = self.rules.max_position.get(instrument)
        if cap is None:
            return
        self.findings.judged("I6.cap")
        sums = self.working.setdefault(instrument, {1: 0, -1: 0})
        position = self.positions.get(instrument, 0)
        for side, worst in ((1, position + sums[1]), (-1, sums[-1] - position)):
            if worst <= cap:
                self.over.discard((instrument, side))
            elif (instrument, side) not in self.over:
                self.over.add((instrument, side))
                self.findings.violation(
                    "I6",
                    f"{row}: instrument {instrument} may become {'long' if side > 0 else 'short'}"
                    f" {quantity_text(worst)}, more than {quantity_text(cap)}: position"
                    f" {quantity_text(position)}, open {quantity_text(sums[side])}",
                )

    def _check_size(self, row, order):
        cap = self.rules.max_order_quantity.get(order.instrument)
        if cap is not None and order.quantity > cap:
            self.findings.violation(
                "I6",
                f"{row}: order {order.id} of {quantity_text(order.quantity)} is larger than"
                f" {quantity_text(cap)}",
            )
        most = self.rules.max_open_orders
        if most and order.purpose in ENTERING and len(self.open) >= most:
            self.findings.violation("I6", f"{row}: order {order.id} is one more than {most} open orders")

    def _check_purpose(self, row, order):
        """What is exempt from halts and permits is so only for what it is for."""
        why = None
        if order.purpose in PROTECTIVE and not order.intent:
            why = "protects no intent"
        elif order.purpose == "flatten" and order.instrument not in self.flattening:
            why = f"closes instrument {order.instrument}, which nobody flattens"
        elif order.purpose == "ownerless" and self.rules.closes_ownerless is False:
            why = "closes what nobody owns, which is to be kept"
        if why:
            self.findings.violation("I14", f"{row}: {order.purpose} {order.id} {why}")

    # Permits and halts.

    def _on_permitTaken(self, row):
        permit = {
            "seq": row.seq,
            "at": row.at,
            "epoch": row.epoch,
            "level": row.need("level"),
            "asked": row.number("askedNanos"),
            "boot": row.number("askedBootNanos"),
            "life": row.number("lifeNanos"),
        }
        self.permits_seen += 1
        check_life(self.rules, self.findings, row, permit["life"])
        self.permit = permit
        self.fresh_permits.append(permit)
        if self.before_permits:
            for text in self.before_permits:
                self.findings.violation("I7", text)
            self.before_permits = []

    def _check_permit(self, row, order):
        if order.purpose in ("flatten", "found"):
            return
        self.findings.judged("I7.permit")
        why = self._permit_fault(order)
        if why is None:
            return
        text = f"{row}: {order.purpose} {order.id} {why}"
        if self.permits_seen:
            self.findings.violation("I7", text)
        elif len(self.before_permits) < 1000:
            # A journal without any permit is of a program that does not note them.
            self.before_permits.append(text)

    def _permit_fault(self, order):
        permit = self.permit
        if permit is None:
            return "without a permit in its epoch"
        slack = self.rules.clock_slack
        age = order.request - permit["asked"]
        if age < -slack:
            return f"is older than its permit, row {permit['seq']}"
        if permit["level"] not in ("open", "reduce"):
            return f"under a permit of level {permit['level']}, row {permit['seq']}"
        is_full = permit["level"] == "open" and age <= permit["life"] + slack
        if (
            order.purpose in ENTERING
            and (is_full or self._only_reduces(order))
            or order.purpose in PROTECTIVE
        ):
            if age <= 2 * permit["life"] + slack:
                return None
            return (
                f"{age // MILLI} ms after its permit was asked for, row {permit['seq']}, of life"
                f" {permit['life'] // MILLI} ms"
            )
        return (
            f"adds exposure {age // MILLI} ms after its permit was asked for, row {permit['seq']}, level "
            f"{permit['level']}, life {permit['life'] // MILLI} ms"
        )

    def _only_reduces(self, order):
        position = self.positions.get(order.instrument, 0)
        working = self.working.get(order.instrument, {1: 0, -1: 0})[order.side]
        return position * order.side < 0 and abs(position) >= working + order.quantity

    def _latch(self, row, scope, latched):
        if scope not in latched:
            latched[scope] = Latch(row, scope, latched is self.panics)
            self.latches.append(latched[scope])

    def is_panicked(self, strategy, instrument):
        return any(latch.covers(strategy, instrument) for latch in self.panics.values())

    def _on_panicLatched(self, row):
        self._latch(row, halt_scope(row), self.panics)

    def _on_haltLatched(self, row):
        scope = halt_scope(row)
        self._latch(row, scope, self.halts)
        orders = (self.orders[name] for name in self.open)
        # What protects a position stays.
        waiting = {
            order.id
            for order in orders
            if order.purpose not in PROTECTIVE and covers(scope, order.strategy, order.instrument)
        }
        drill = {
            "haltNanos": row.at,
            "seq": row.seq,
            "scope": scope,
            "waiting": waiting,
            "orders": frozenset(waiting),
            "cancels": 0,
            "lastCancelNanos": None,
        }
        self.halt_drills.append(drill)
        # Only the newest few can still be waiting for cancels.
        self.live_drills = (self.live_drills + [drill])[-4:]

    def _on_haltReleased(self, row):
        scope = halt_scope(row)
        self.live_drills = [drill for drill in self.live_drills if drill["scope"] != scope]
        released = [latched.pop(scope) for latched in (self.halts, self.panics) if scope in latched]
        for latch in released:
            latch.until = row.at
        if not released:
            self.findings.note("releases of what was not halted")

    def _check_halts(self, row, order):
        if self.halts:
            self.findings.judged("I10.order")
        # A panic lets nothing be placed, a halt nothing that opens.
        latched = list(self.panics.values())
        if order.purpose in ENTERING:
            latched += self.halts.values()
        for latch in latched:
            if latch.covers(order.strategy, order.instrument):
                self.findings.violation(
                    "I10",
                    f"{row}: {order.purpose} {order.id} while {scope_text(latch.scope)} is"
                    f" {'panicked' if latch.is_panic else 'halted'}, row {latch.seq}",
                )


def check_life(rules, findings, row, life):
    """No permit lives longer than the topology says."""
    if rules.permit_life is not None and life > rules.permit_life:
        findings.violation(
            "I7",
            f"{row}: a permit of {life // MILLI} ms, and none may have more than {rules.permit_life // MILLI}",
        )


def covers(scope, strategy, instrument):
    if scope[0] == "strategy":
        return scope[1] == strategy
    if scope[0] == "instrument":
        return scope[1] == instrument
    return True


def scope_text(scope):
    return " ".join(map(str, scope))


def quantity_text(units):
    return shown(units, QUANTITY_DECIMALS)
