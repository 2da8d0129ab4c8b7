"""The venue's journal: what really happened to the orders. It is the truth the executor is held against."""

from executor_gates import quantity_text
from executor_log import cash_of, execution, side_sign
from journal_rows import order_id


class VenueOrder:
    """An order the venue accepted."""

    __slots__ = (
        "client",
        "number",
        "seq",
        "at",
        "instrument",
        "side",
        "type",
        "price",
        "quantity",
        "filled",
        "ended_at",
        "ended_seq",
        "is_reduce_only",
        "active_at",
        "trades",
        "is_triggered",
        "status",
    )

    @property
    def rest(self):
        return 0 if self.ended_at is not None else self.quantity - self.filled


class Trade:
    """An execution of an order."""

    __slots__ = ("at", "seq", "quantity", "price", "side", "instrument")

    def __init__(self, trade):
        self.at, self.seq, self.quantity = trade["at"], trade["seq"], trade["quantity"]
        self.price, self.side, self.instrument = trade["price"], trade["side"], trade["key"][0]


class VenueLog:
    def __init__(self, rules, findings):
        self.rules = rules
        self.findings = findings
        self.horizon = 0
        self.orders = {}
        self.clients = {}
        self.open = set()
        self.fresh_orders = []
        self.fresh_trades = []
        self.trades = {}
        self.by_sequence = {}
        self.last_sequence = 0
        self.positions = {}
        self.cash = {}
        self.newest_epoch = (0, None)
        self.first_epoch = None
        self.stale_epochs = []

    def take(self, row):
        self.horizon = max(self.horizon, row.at)
        handler = getattr(self, "_on_" + row.fact, None)
        if handler is None:
            self.findings.note(f"venue rows of no interest: {row.fact}")
            return
        account = row.get("account")
        if account is not None and self.rules.account is not None and int(account) != self.rules.account:
            self._check_account(row)
            return
        handler(row)

    def _check_account(self, row):
        """An id says whose order it is: no other account has it."""
        parts = order_id(row.get("clOrdID") or "")
        if parts is not None and parts[0] == self.rules.account:
            self.findings.violation(
                "I11", f"{row}: {row.fact} of {row.get('clOrdID')} on account {row.get('account')}"
            )

    def _on_accepted(self, row):
        order = VenueOrder()
        order.client, order.number = row.need("clOrdID"), row.number("venueOrderId")
        order.seq, order.at = row.seq, row.at
        order.active_at = row.at
        order.trades = []
        order.instrument, order.side = row.number("instrument"), side_sign(row)
        order.type = row.get("type") or "limit"
        order.price = None
        if row.get("price") is not None:
            order.price = row.price()
        if order.type == "stop" and row.get("stopPrice") is not None:
            order.price = row.price("stopPrice")
        order.quantity, order.filled = row.quantity(), 0
        order.ended_at = order.ended_seq = None
        order.is_reduce_only = row.get("isReduceOnly") is True or row.get("reduceOnly") is True
        order.is_triggered, order.status = False, None
        if order.number in self.orders:
            self.findings.violation("I0", f"{row}: the venue gives its number {order.number} a second time")
        self.orders[order.number] = order
        self.open.add(order.number)
        self._name(row, order, order.client)
        self.fresh_orders.append(order)

    def _name(self, row, order, client):
        earlier = self.clients.get(client)
        if earlier is not None:
            self.findings.violation(
                "I1",
                f"{row}: {client} is accepted a second time; the first is venue {self.orders[earlier].seq}",
            )
        self.clients[client] = order.number
        parts = order_id(client)
        if parts is None:
            self.findings.note("orders of others on the account")
            return
        epoch = parts[1]
        if self.newest_epoch[1] is not None and max(epoch, self.newest_epoch[0]) > self.first_epoch:
            self.findings.judged("I8.epoch")
        self.first_epoch = epoch if self.first_epoch is None else min(epoch, self.first_epoch)
        if epoch < self.newest_epoch[0]:
            # Judged with the executor's journal: a request on its way when the newer process began is none.
            self.stale_epochs.append((row.seq, client, epoch, self.newest_epoch))
        elif epoch > self.newest_epoch[0]:
            self.newest_epoch = (epoch, row.seq)

    def _on_replaced(self, row):
        order = self._known(row)
        if order is None:
            return
        order.quantity = row.quantity()
        if row.need("clOrdID") != order.client:
            order.client = row.need("clOrdID")
            self._name(row, order, order.client)

    def _on_ended(self, row):
        order = self._known(row)
        if order is None:
            return
        if order.ended_at is not None:
            self.findings.violation("I0", f"{row}: order {order.client} ends a second time at the venue")
        order.status = row.get("status")
        self._end(order, row)

    def _on_triggered(self, row):
        order = self._known(row)
        if order is not None:
            order.is_triggered = True

    def _on_deadManSet(self, row):
        self.findings.note("dead-man switches set")

    def _on_trade(self, row):
        key = (row.number("instrument"), execution(row))
        trade = {
            "seq": row.seq,
            "at": row.at,
            "key": key,
            "order": row.need("clOrdID"),
            "side": side_sign(row),
            "price": row.price(),
            "quantity": row.quantity(),
            "fee": row.money("fee"),
            "liquidity": row.get("liquidity"),
            "sequence": row.number("tradeSequence"),
        }
        if key in self.trades:
            self.findings.violation("I0", f"{row}: execution {key[1]} stands twice in the venue's journal")
        if trade["sequence"] != self.last_sequence + 1:
            self.findings.violation(
                "I0", f"{row}: the account's trade {trade['sequence']} follows trade {self.last_sequence}"
            )
        self.last_sequence = trade["sequence"]
        self.trades[key] = row.seq
        self.by_sequence[trade["sequence"]] = key
        self.fresh_trades.append(trade)
        self.positions[key[0]] = self.positions.get(key[0], 0) + trade["side"] * trade["quantity"]
        self.cash[key[0]] = self.cash.get(key[0], 0) + cash_of(trade)
        order = self._known(row)
        if order is None:
            return
        order.filled += trade["quantity"]
        order.trades.append(Trade(trade))
        if order.filled > order.quantity:
            self.findings.violation(
                "I0",
                f"{row}: the venue fills order {order.client} for {quantity_text(order.filled)} of "
                f"{quantity_text(order.quantity)}",
            )
        if order.filled >= order.quantity and order.ended_at is None:
            self._end(order, row)

    def _known(self, row):
        order = self.orders.get(row.number("venueOrderId"))
        if order is None:
            self.findings.violation(
                "I0", f"{row}: {row.fact} of the venue's order {row.get('venueOrderId')}, never accepted"
            )
        else:
            order.active_at = row.at
        return order

    def _end(self, order, row):
        order.ended_at, order.ended_seq = row.at, row.seq
        self.open.discard(order.number)
