"""The executor's journal, read by somebody who does not trust the executor.

Follows orders, fills, intents, permits and halts row by row, and judges what the journal alone can show: ids
(I1), entries (I2), ends of intents (I4), limits (I6), permits (I7), halts (I10).
"""

from executor_gates import PROTECTIVE, Gates, quantity_text
from journal_rows import PRICE_DECIMALS, BadRow, execution_text, order_id, shown, terms_of

TERMINAL = ("filled", "partiallyFilled", "canceled", "rejected", "expired")


class Order:
    """An order as the executor knows it."""

    __slots__ = (
        "id",
        "seq",
        "at",
        "epoch",
        "strategy",
        "instrument",
        "side",
        "purpose",
        "type",
        "price",
        "quantity",
        "intent",
        "request",
        "window",
        "filled",
        "is_open",
        "reported",
        "counted",
        "accepted_at",
        "time_in_force",
        "dust",
    )

    @property
    def worst_open(self):
        """What may still be executed: the open rest, or fills the venue told of that are not booked yet."""
        rest = self.quantity - self.filled if self.is_open else self.reported - self.filled
        return max(rest, 0)


class Intent:
    """An intent as the executor carries it out."""

    __slots__ = (
        "id",
        "seq",
        "at",
        "instrument",
        "side",
        "has_stop",
        "has_target",
        "quantity",
        "entries",
        "ended",
        "entry_filled",
        "entry_notional",
        "exit_filled",
        "netted",
        "dust_taken",
        "is_protected_no_more",
        "is_triggered",
        "is_flattened",
        "terms",
        "expire",
        "ended_at",
        "triggered_at",
        "protection_ended_at",
        "active_at",
        "first_fill_at",
        "protected_at",
        "legs",
        "orders",
    )

    @property
    def open_quantity(self):
        """What its entry has opened and nothing has closed."""
        return self.entry_filled - self.netted - self.exit_filled


class ExecutorLog(Gates):
    def __init__(self, rules, findings):
        super().__init__(rules, findings)
        self.account = rules.account
        self.horizon = 0
        self.epoch = 0
        self.epoch_begins = {}
        self.lineage = None
        self.orders = {}
        self.open = set()
        self.intents = {}
        self.ended = {}
        self.guarding = {}
        # Intents whose rest was left to nobody, by instrument, and instruments in which all of that is a
        # quoting strategy's.
        self.dust, self.quoted = {}, set()
        self.fills = {}
        self.fresh_fills = []
        self.fresh_orders = []
        self.confirmations = []
        self.cash = {}
        self.last_id = (0, 0)
        self.flattening = {}
        self.agreed = []
        self.commands = []
        self.declared_ends = []
        self.declared_not_placed = []

    def take(self, row):
        self.horizon = max(self.horizon, row.at)
        if row.epoch != self.epoch:
            self._begin(row)
        handler = getattr(self, "_on_" + row.fact, None)
        if handler is None:
            self.findings.note(f"executor rows of no interest: {row.fact}")
            return
        handler(row)

    def _begin(self, row):
        if row.epoch < self.epoch:
            self.findings.violation("I8", f"{row}: epoch {row.epoch} after epoch {self.epoch}")
        self.epoch = max(row.epoch, self.epoch)
        self.epoch_begins.setdefault(row.epoch, row.at)
        # A permit belongs to the process that asked for it.
        self.permit = None

    def _on_journalBegan(self, row):
        self.lineage = row.get("lineage")

    # Orders.

    def _on_orderCreated(self, row):
        order = self._order(row, row.need("order"))
        order.purpose = row.need("purpose")
        order.type = row.get("type") or "limit"
        order.time_in_force = row.get("timeInForce")
        order.strategy = row.number("strategy")
        order.price = row.price()
        order.intent = row.get("intent")
        order.request = row.number("requestNanos")
        order.window = row.number("recvWindowNanos")
        if order.id in self.orders:
            self.findings.violation(
                "I1", f"{row}: order {order.id} was created before, row {self.orders[order.id].seq}"
            )
            return
        self._check_id(row, order.id)
        self._check_halts(row, order)
        self._check_permit(row, order)
        self._check_size(row, order)
        self._check_purpose(row, order)
        self.orders[order.id] = order
        self.open.add(order.id)
        if order.intent:
            self._of_intent(row, order)
        self._recount(row, order)
        self.fresh_orders.append(order)

    def _order(self, row, identifier):
        order = Order()
        order.id = identifier
        order.seq, order.at, order.epoch = row.seq, row.at, row.epoch
        order.instrument = row.number("instrument")
        order.side = side_sign(row)
        order.quantity = row.quantity()
        order.filled = order.reported = order.counted = 0
        order.is_open = True
        order.intent = None
        order.strategy = 0
        order.type = "limit"
        order.time_in_force = None
        order.accepted_at = None
        return order

    def _check_id(self, row, text):
        """Ids are of our form, of this incarnation, and rise."""
        parts = order_id(text)
        if parts is None:
            self.findings.violation("I1", f"{row}: {text!r} is no id of ours")
            return
        account, epoch, counter = parts
        if self.account is None:
            self.account = account
        if account != self.account:
            self.findings.violation("I1", f"{row}: {text} is an id of account {account}, not {self.account}")
        if epoch != row.epoch:
            self.findings.violation(
                "I1", f"{row}: {text} is an id of epoch {epoch}, made in epoch {row.epoch}"
            )
        if (epoch, counter) <= self.last_id:
            self.findings.violation("I1", f"{row}: id {text} does not come after the ids given before")
        self.last_id = max(self.last_id, (epoch, counter))

    def _of_intent(self, row, order):
        intent = self.intents.get(order.intent)
        if intent is None:
            self.findings.violation(
                "I2", f"{row}: order {order.id} for intent {order.intent}, which was never accepted"
            )
            return
        intent.active_at = row.at
        intent.orders.append(order.id)
        order.dust = intent.dust_taken
        if order.purpose in PROTECTIVE:
            beyond = max(order.quantity - max(intent.open_quantity, 0), 0)
            order.dust += min(beyond, self.dust_for(intent))
        if order.purpose == "quote":
            self.quoted.add(order.instrument)
        if order.purpose == "entry":
            self.findings.judged("I2.entry")
            intent.entries.append(order.id)
            if len(intent.entries) > 1:
                self.findings.violation(
                    "I2",
                    f"{row}: order {order.id} is the second entry of intent {order.intent}; the first is "
                    f"{intent.entries[0]}, row {self.orders[intent.entries[0]].seq}",
                )
            if intent.ended:
                self.findings.violation(
                    "I2", f"{row}: entry {order.id} of intent {order.intent}, which has ended"
                )

    def _on_orderAccepted(self, row):
        order = self._known(row)
        if order:
            order.accepted_at = order.accepted_at or row.at
            self._touch(row, order)

    def _on_cancelRequested(self, row):
        order = self._known(row)
        self._check_id(row, row.need("request"))
        if order:
            for drill in self.live_drills:
                if order.id in drill["waiting"]:
                    drill["waiting"].discard(order.id)
                    drill["lastCancelNanos"] = row.at
                    drill["cancels"] += 1
            self._touch(row, order)

    def _on_cancelRejected(self, row):
        self._known(row)
        request = order_id(row.need("request"))
        if request and (request[1], request[2]) > self.last_id:
            self.findings.violation("I1", f"{row}: cancel {row.get('request')} was never requested")

    def _on_orderEnded(self, row):
        order = self._known(row)
        if not order:
            return
        cum = row.quantity("cumQuantity")
        order.reported = max(order.reported, min(cum, order.quantity))
        self.declared_ends.append((row.seq, row.at, order.id, row.need("cause"), cum))
        self._close(row, order)

    def _on_orderNotPlaced(self, row):
        order = self._known(row)
        if order:
            self.declared_not_placed.append((row.seq, order.id))
            self._close(row, order)

    def _on_orderInDoubt(self, row):
        # In doubt counts as open, which it does already.
        order = self._known(row)
        if order:
            self._touch(row, order)

    def _on_orderAdopted(self, row):
        identifier = row.need("order")
        order = self.orders.get(identifier)
        if order is None:
            self.findings.violation("I1", f"{row}: {identifier} was found at the venue and never created")
            order = self._order(row, identifier)
            order.purpose, order.price = "found", row.price()
            order.request = order.window = 0
            self.orders[identifier] = order
        # An answer that lags may show an order that is filled by now.
        order.is_open, order.reported = order.filled < order.quantity, 0
        if order.is_open:
            self.open.add(identifier)
        self._recount(row, order)
        self._touch(row, order)

    def _known(self, row):
        identifier = row.need("order")
        order = self.orders.get(identifier)
        if order is None:
            self.findings.violation("I1", f"{row}: {row.fact} of order {identifier}, which was never created")
        return order

    def _close(self, row, order):
        order.is_open = False
        self.open.discard(order.id)
        for drill in self.live_drills:
            drill["waiting"].discard(order.id)
        self._recount(row, order)
        self._touch(row, order)

    def _touch(self, row, order):
        intent = self.intents.get(order.intent) if order.intent else None
        if intent:
            intent.active_at = row.at

    # Fills.

    def _on_filled(self, row):
        key = (row.number("instrument"), execution(row))
        fill = {
            "seq": row.seq,
            "at": row.at,
            "key": key,
            "order": row.get("order"),
            "side": side_sign(row),
            "price": row.price(),
            "quantity": row.quantity(),
            "fee": row.money("fee"),
            "liquidity": row.get("liquidity"),
            "currency": row.get("feeCurrency"),
            "sequence": row.number("tradeSequence"),
        }
        if key in self.fills:
            self.findings.violation(
                "I3", f"{row}: execution {key[1]} is booked a second time; the first is row {self.fills[key]}"
            )
        else:
            self.fills[key] = row.seq
            self.fresh_fills.append(fill)
        instrument = key[0]
        self.positions[instrument] = self.positions.get(instrument, 0) + fill["side"] * fill["quantity"]
        self.cash[instrument] = self.cash.get(instrument, 0) + cash_of(fill)
        order = self.orders.get(fill["order"]) if fill["order"] else None
        if fill["order"] and order is None:
            self.findings.violation("I3", f"{row}: a fill of order {fill['order']}, which was never created")
        if order:
            self._fill_order(row, order, fill)
        self._check_worst(row, instrument)

    def _fill_order(self, row, order, fill):
        if (order.instrument, order.side) != (fill["key"][0], fill["side"]):
            self.findings.violation(
                "I3", f"{row}: the fill is of another side or instrument than its order {order.id}"
            )
        was_open = order.is_open or order.reported > order.filled
        order.filled += fill["quantity"]
        if order.filled > order.quantity:
            self.findings.violation(
                "I3",
                f"{row}: order {order.id} is filled for {quantity_text(order.filled)} of "
                f"{quantity_text(order.quantity)}",
            )
        if order.filled >= order.quantity:
            order.is_open = False
            self.open.discard(order.id)
            for drill in self.live_drills:
                drill["waiting"].discard(order.id)
        if not was_open:
            self.findings.note("fills of orders that had ended")
        self._recount(row, order)
        self._touch(row, order)
        if order.purpose in ("flatten", "ownerless"):
            self._close_oldest(row, order.instrument, order.side, fill["quantity"])
        intent = self.intents.get(order.intent) if order.intent else None
        if intent is None:
            return
        if order.purpose == "entry":
            intent.netted += self._net(intent, fill["quantity"])
            intent.entry_filled += fill["quantity"]
            intent.entry_notional += fill["price"] * fill["quantity"]
            intent.first_fill_at = intent.first_fill_at or row.at
            intent.is_protected_no_more, intent.protection_ended_at = False, None
            self.guarding[intent.id] = intent
            if intent.ended:
                self.findings.note("late fills of ended intents")
        elif order.purpose in PROTECTIVE:
            own = max(min(fill["quantity"], intent.open_quantity), 0)
            along = self._take_dust_along(intent, fill["quantity"] - own)
            intent.dust_taken += along
            intent.exit_filled += fill["quantity"] - along

    def _dust_beside(self, intent):
        """Intents whose rest was left to nobody and leaves with the next exit in its direction."""
        for other in self.dust.get(intent.instrument, []):
            if other is not intent and other.side == intent.side and other.is_protected_no_more:
                yield other

    def _take_dust_along(self, intent, quantity):
        taken = 0
        for other in self._dust_beside(intent):
            part = max(min(quantity - taken, other.open_quantity), 0)
            other.exit_filled += part
            taken += part
        return taken

    def dust_for(self, intent):
        """How much of nobody's an exit of the intent may take along."""
        return sum(max(other.open_quantity, 0) for other in self._dust_beside(intent))

    def _net(self, intent, quantity):
        """What of an entry's fill closes the dust that intents of the other direction have left to nobody. Dust
        that the position has no more, beside what is guarded, was taken along by somebody's exit."""
        if intent.instrument in self.quoted:
            return 0
        before = self.positions[intent.instrument] - intent.side * quantity
        others = [other for other in self.guarding.values() if other.instrument == intent.instrument]
        held = sum(
            other.open_quantity
            for other in others
            if other.side != intent.side and not other.is_protected_no_more
        )
        rest = min(quantity, max(0, -intent.side * before - held))
        netted = 0
        for other in self.dust.get(intent.instrument, []):
            part = min(rest - netted, other.open_quantity)
            if other.side != intent.side and other.is_protected_no_more and part > 0:
                other.exit_filled += part
                netted += part
        return netted

    def _close_oldest(self, row, instrument, side, quantity):
        """A command closes positions, whoever opened them: those of the oldest intents first."""
        for intent in sorted(self.guarding.values(), key=lambda intent: intent.seq):
            if quantity and (intent.instrument, -intent.side) == (instrument, side):
                part = max(min(quantity, intent.open_quantity), 0)
                if not part:
                    continue
                intent.exit_filled += part
                intent.is_flattened = True
                intent.active_at = row.at
                quantity -= part

    def _on_tradesConfirmed(self, row):
        self.confirmations.append((row.number("through"), row.seq, row.at))

    def _on_flattenBegun(self, row):
        self.flattening[row.number("instrument")] = row.at

    def _on_flattenEnded(self, row):
        self.flattening.pop(row.number("instrument"), None)

    # Intents.

    def _on_intentAccepted(self, row):
        identifier = row.need("intent")
        if identifier in self.ended:
            self.findings.violation(
                "I2", f"{row}: intent {identifier} is accepted after its end, row {self.ended[identifier][0]}"
            )
        if identifier in self.intents:
            self.findings.violation(
                "I2",
                f"{row}: intent {identifier} is accepted a second time; the first is row"
                f" {self.intents[identifier].seq}",
            )
            return
        intent = Intent()
        intent.id, intent.seq, intent.at = identifier, row.seq, row.at
        intent.instrument, intent.side, intent.quantity = (
            row.number("instrument"),
            side_sign(row),
            row.quantity(),
        )
        intent.has_stop = row.get("stopPrice") is not None
        intent.has_target = row.get("takeProfitPrice") is not None
        intent.entries, intent.orders, intent.legs = [], [], [0, 0]
        intent.entry_filled = intent.entry_notional = intent.exit_filled = intent.netted = 0
        intent.dust_taken = 0
        intent.first_fill_at = None
        intent.ended = False
        intent.terms, intent.expire = terms_of(row), row.number("expireNanos")
        intent.ended_at = intent.triggered_at = intent.protection_ended_at = None
        intent.is_protected_no_more = intent.is_triggered = intent.is_flattened = False
        intent.active_at = row.at
        intent.protected_at = {}
        self.intents[identifier] = intent

    def _on_intentEnded(self, row):
        identifier = row.need("intent")
        outcome, told = row.need("outcome"), row.quantity("filledQuantity")
        if outcome not in TERMINAL:
            self.findings.violation("I4", f"{row}: intent {identifier} ends as {outcome}, which is no end")
        earlier = self.ended.get(identifier)
        if earlier:
            self.findings.violation(
                "I4", f"{row}: intent {identifier} ends a second time; the first is row {earlier[0]}"
            )
            return
        average = average_of(row)
        self.ended[identifier] = (row.seq, outcome, told, average)
        intent = self.intents.get(identifier)
        if intent is None:
            # Refused at the door: it was never taken on, so nothing can have been done for it.
            if told or outcome not in ("rejected", "expired"):
                self.findings.violation(
                    "I4",
                    f"{row}: intent {identifier} ends as {outcome} with {quantity_text(told)}, and was never"
                    " accepted",
                )
            return
        intent.ended = True
        intent.ended_at = intent.active_at = row.at
        if told != intent.entry_filled:
            self.findings.violation(
                "I4",
                f"{row}: intent {identifier} ends with {quantity_text(told)} filled; its entry's fills make"
                f" {quantity_text(intent.entry_filled)}",
            )
        self._check_end(row, intent, outcome, average)

    def _check_end(self, row, intent, outcome, average):
        """What the entry's fills make of it: its outcome, and its price to the last unit."""
        filled = intent.entry_filled
        if filled:
            ends = ("filled" if filled >= intent.quantity else "partiallyFilled",)
        else:
            ends = ("canceled", "rejected", "expired")
        if outcome in TERMINAL and outcome not in ends:
            self.findings.violation(
                "I4",
                f"{row}: intent {intent.id} ends as {outcome}; its entry's fills make {quantity_text(filled)}"
                f" of {quantity_text(intent.quantity)}",
            )
        if not filled and average is None:
            return
        self.findings.judged("I4.price")
        if not filled or average is None or abs(average * filled - intent.entry_notional) > filled:
            self.findings.violation(
                "I4",
                f"{row}: intent {intent.id} ends at {price_text(average)}; its entry's fills make"
                f" {price_text(intent.entry_notional // filled if filled else None)}",
            )

    def _on_stopTriggered(self, row):
        intent = self.intents.get(row.need("intent"))
        if intent:
            intent.is_triggered, intent.active_at = True, row.at
            intent.triggered_at = intent.triggered_at or row.at

    def _on_protectionEnded(self, row):
        intent = self.intents.get(row.need("intent"))
        if intent is None:
            self.findings.violation(
                "I4", f"{row}: protection of intent {row.get('intent')} ends, which was never accepted"
            )
        else:
            intent.is_protected_no_more, intent.active_at = True, row.at
            intent.protection_ended_at = row.at
            if row.get("cause") == "remainder":
                self.dust.setdefault(intent.instrument, []).append(intent)
            if row.get("cause") == "flattened":
                intent.is_flattened = True
                intent.exit_filled = max(intent.exit_filled, intent.entry_filled)

    def _on_booksAgreed(self, row):
        self.agreed.append((row.at, row.epoch))

    def _on_commandSeen(self, row):
        self.findings.note("commands")
        kind = row.get("commandKind")
        if kind in ("halt", "flatten", "panic"):
            latched = self.panics if kind == "panic" else self.halts
            self.commands.append((row.seq, row.get("command"), kind, tuple(latched)))
        if kind == "panic":
            # A person's decision leaves a command behind in the same turn.
            for latch in self.panics.values():
                latch.is_commanded = latch.is_commanded or latch.since == row.at


def average_of(row):
    """The average price that an end tells of; None without one."""
    return None if row.get("averagePrice") is None else row.price("averagePrice")


def price_text(units):
    return "no price" if units is None else shown(units, PRICE_DECIMALS)


def side_sign(row):
    side = row.need("side")
    if side not in ("buy", "sell"):
        raise BadRow(f"{row}: {side!r} is no side")
    return 1 if side == "buy" else -1


def execution(row):
    """The id of the execution a row tells of."""
    try:
        return execution_text(row.need("execution"))
    except ValueError as problem:
        raise BadRow(f"{row}: {row.get('execution')!r} is no execution id") from problem


def cash_of(fill):
    """What a fill adds to the cash, exact: money out for a buy, the fee in any case."""
    fee_scale = 10**9
    return -fill["side"] * fill["price"] * fill["quantity"] - fill["fee"] * fee_scale
