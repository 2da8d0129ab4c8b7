"""What was asked is what was done: the terms of every intent from hop to hop, and of the orders that work for it."""

from executor_gates import MILLI, quantity_text
from journal_rows import PRICE_DECIMALS, QUANTITY_DECIMALS, shown

SAME = ("strategy", "instrument", "side", "expireNanos")
"""What risk may not change of a signal."""
ORDERED = SAME + ("type", "timeInForce", "quantity", "price", "stopPrice", "takeProfitPrice")
"""What the executor may not change of an intent."""
WORDS_ALONE = ("strategy", "instrument", "side", "expireNanos", "type", "timeInForce")
"""Shown as they are; the others are amounts."""


class Terms:
    """Judges a checker's journals when all of them have been read."""

    def __init__(self, checker):
        self.rules, self.findings = checker.rules, checker.findings
        self.signal, self.risk = checker.signal, checker.risk
        self.executor, self.venue = checker.executor, checker.venue

    def judge(self):
        for identifier, theirs in self.risk.terms.items():
            asked = self.signal.terms.get(identifier)
            if asked is not None:
                self.findings.judged("I11.risk")
                self._tell(identifier, f"risk {theirs['seq']}", self._against_signal(asked, theirs))
        for intent in self.executor.intents.values():
            asked = self.risk.terms.get(intent.id)
            if asked is not None:
                self.findings.judged("I11.executor")
                text = different(asked, intent.terms, ORDERED)
                self._tell(intent.id, f"executor {intent.seq}", text)
            for name in intent.orders:
                self._judge_order(intent, self.executor.orders[name])
        for order in self.venue.orders.values():
            self._judge_trades(order)

    def _tell(self, identifier, who, texts):
        if texts:
            self.findings.violation("I11", f"{who}: intent {identifier}: {'; '.join(texts)}")

    def _against_signal(self, signal, risk):
        """Risk puts prices on the tick, and changes nothing else."""
        texts = different(signal, risk, SAME)
        tick = self.rules.tick_size.get(risk["instrument"])
        for asked, taken in (
            ("stopPrice", "stopPrice"),
            ("takeProfitPrice", "takeProfitPrice"),
            ("entryPrice", "price"),
        ):
            wanted, got = signal[asked], risk[taken]
            if wanted is None:
                continue
            # Without a tick in the rules prices may differ by a ten-thousandth.
            most = tick - 1 if tick else abs(wanted) // 10_000
            if got is None or abs(got - wanted) > most:
                texts.append(f"{taken} {told(taken, got)}, asked for was {told(asked, wanted)}")
        return texts

    def _judge_order(self, intent, order):
        if order.purpose == "entry":
            self.findings.judged("I11.entry")
            texts = self._entry_faults(intent, order)
        elif order.purpose == "stopLoss":
            self.findings.judged("I11.stop")
            texts = self._leg_faults(intent, order, "stopPrice", order.type == "stop")
            if order.type != "stop" and not (intent.triggered_at and intent.triggered_at <= order.at):
                texts.append(f"a {order.type} order before the stop was reached")
        elif order.purpose == "takeProfit":
            self.findings.judged("I11.target")
            # A target that the executor guards itself is priced from the market when it is reached.
            texts = self._leg_faults(intent, order, "takeProfitPrice", order.time_in_force == "gtc")
        else:
            return
        if texts:
            who = f"executor {order.seq}: {order.purpose} {order.id} of intent {intent.id}"
            self.findings.violation("I11", f"{who}: {'; '.join(texts)}")

    def _entry_faults(self, intent, order):
        texts = of_whom(intent, order)
        if order.side != intent.side:
            texts.append("it is of the other side")
        for name, here, there in (
            ("type", order.type, intent.terms["type"]),
            ("timeInForce", order.time_in_force, intent.terms["timeInForce"]),
            ("price", order.price, intent.terms["price"]),
        ):
            if here is not None and there is not None and here != there:
                texts.append(f"{name} {told(name, here)}, the intent's {told(name, there)}")
        if order.quantity != intent.quantity:
            texts.append(f"{quantity_text(order.quantity)} of {quantity_text(intent.quantity)}")
        if order.request and order.request > intent.expire:
            texts.append(f"made {(order.request - intent.expire) // MILLI} ms after it expired")
        return texts

    def _leg_faults(self, intent, order, price, is_resting):
        texts = of_whom(intent, order)
        if order.side != -intent.side:
            texts.append("it is of the entry's side")
        wanted = intent.terms[price]
        if wanted is None:
            texts.append(f"the intent has no {price}")
        elif is_resting and order.price != wanted:
            texts.append(f"price {told(price, order.price)}, the intent's {told(price, wanted)}")
        # Dust in its direction leaves with the exit.
        if order.quantity > intent.quantity + order.dust:
            texts.append(f"{quantity_text(order.quantity)} for an intent of {quantity_text(intent.quantity)}")
        return texts

    def _judge_trades(self, order):
        for trade in order.trades:
            self.findings.judged("I11.fill")
            is_worse = (
                order.type == "limit"
                and order.price is not None
                and trade.side * (trade.price - order.price) > 0
            )
            if is_worse or (trade.side, trade.instrument) != (order.side, order.instrument):
                self.findings.violation(
                    "I11",
                    f"venue {trade.seq}: order {order.client} trades at {shown(trade.price, PRICE_DECIMALS)},"
                    f" and its limit is {shown(order.price or 0, PRICE_DECIMALS)}, or it is of another side or"
                    " instrument",
                )


def of_whom(intent, order):
    return [
        f"{name} {here}, the intent's {there}"
        for name, here, there in (
            ("instrument", order.instrument, intent.instrument),
            ("strategy", order.strategy, intent.terms["strategy"]),
        )
        if there is not None and here != there
    ]


def different(asked, taken, names):
    """The named terms that differ, in words. Of a term that neither tells nothing can be said."""
    return [
        f"{name} {told(name, taken[name])}, asked for was {told(name, asked[name])}"
        for name in names
        if asked[name] != taken[name]
    ]


def told(name, value):
    """A term for people."""
    if value is None or name in WORDS_ALONE:
        return value
    return shown(value, QUANTITY_DECIMALS if name == "quantity" else PRICE_DECIMALS)
