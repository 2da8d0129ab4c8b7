"""Makes journals of a colony that never was, consistent to the last row, to test the checker with."""

import json
import random

from journal_rows import MONEY_DECIMALS, PRICE_DECIMALS, QUANTITY_DECIMALS, order_text, shown

MILLI = 1_000_000
SECOND = 1_000_000_000
ACCOUNT = 1
LIFE = 5 * SECOND
LINEAGE = 77
INTENDED = 3
"""The instrument of intents; quotes are for others."""


class Story:
    """Quotes, fills, intents with stops and targets, restarts of the executor, halts: as five journals."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.now = 1_700_000_000 * SECOND
        self.rows = {name: [] for name in ("executor", "venue", "risk", "signal", "queen")}
        self.epochs = {name: 1 for name in self.rows}
        self.counter = 0
        self.venue_number = 0
        self.trade_number = 0
        self.intent_number = 0
        self.permit_at = None
        self.confirmed = 0
        self.unconfirmed = []
        self.halted = False
        self.quiet = []
        self.kills = []
        self.halts = []
        self.open = {}

    # Time and rows.

    def pass_time(self, millis):
        self.now += int(millis * MILLI)

    def note(self, journal, fact, **fields):
        rows = self.rows[journal]
        rows.append(
            {
                "seq": len(rows) + 1,
                "epoch": self.epochs[journal],
                "atNanos": self.now,
                "component": journal,
                "kind": journal,
                "fact": fact,
                "correlation": f"{self.random.getrandbits(128):032x}",
                **{name: value for name, value in fields.items() if value is not None},
            }
        )

    def begin(self):
        self.note("executor", "journalBegan", lineage=LINEAGE)
        self.note("venue", "deadManSet", account=ACCOUNT, afterSilenceNanos=10 * SECOND)
        self.ask_permit()
        self.pass_time(5)
        self.note("executor", "booksAgreed", openOrders=0)

    def ask_permit(self, level="open"):
        asked, boot = self.now, self.now - 1_690_000_000 * SECOND
        self.pass_time(1)
        shared = {"level": level, "askedBootNanos": boot, "lifeNanos": LIFE}
        epoch = self.epochs["executor"]
        whom = {"holder": 5, "holderEpoch": epoch, "instance": 1000 + epoch, "lineage": LINEAGE}
        self.note("queen", "granted", account=ACCOUNT, **whom, **shared)
        self.pass_time(1)
        self.note("executor", "permitTaken", askedNanos=asked, **shared)
        self.permit_at = asked

    # Orders.

    def next_id(self):
        self.counter += 1
        return order_text(ACCOUNT, self.epochs["executor"], self.counter)

    def create(
        self, instrument, side, price, quantity, purpose="quote", kind="limit", intent=None, accept=True
    ):
        if self.now - self.permit_at > LIFE // 5:
            self.ask_permit()
        order = {
            "order": self.next_id(),
            "strategy": 1 if intent is None else 2,
            "instrument": instrument,
            "side": side,
            "timeInForce": "gtc",
            "purpose": purpose,
            "type": kind,
            "price": shown(price, PRICE_DECIMALS),
            "quantity": shown(quantity, QUANTITY_DECIMALS),
            "intent": intent,
            "requestNanos": self.now,
            "recvWindowNanos": 5 * SECOND,
            "origin": 0,
        }
        self.note("executor", "orderCreated", **order)
        made = {**order, "raw": (price, quantity), "rest": quantity, "number": None}
        if accept:
            self.accept(made)
        return made

    def accept(self, order):
        self.pass_time(0.5)
        self.venue_number += 1
        order["number"] = self.venue_number
        is_stop = order["type"] == "stop"
        self.note(
            "venue",
            "accepted",
            account=ACCOUNT,
            instrument=order["instrument"],
            venueOrderId=order["number"],
            clOrdID=order["order"],
            side=order["side"],
            type=order["type"],
            timeInForce="gtc",
            isPostOnly=order["purpose"] == "quote",
            isReduceOnly=order["purpose"] in ("stopLoss", "takeProfit"),
            price=order["price"],
            stopPrice=order["price"] if is_stop else None,
            quantity=order["quantity"],
        )
        self.open[order["order"]] = order
        self.pass_time(0.3)
        self.note(
            "executor",
            "orderAccepted",
            order=order["order"],
            venueOrderId=order["number"],
            eventNanos=self.now,
        )

    def cancel(self, order):
        self.note(
            "executor", "cancelRequested", order=order["order"], request=self.next_id(), requestNanos=self.now
        )
        self.pass_time(0.5)
        self.end_at_venue(order)
        self.pass_time(0.3)
        self.end_at_executor(order)

    def end_at_venue(self, order):
        self.note(
            "venue",
            "ended",
            account=ACCOUNT,
            venueOrderId=order["number"],
            status="canceled",
            reason="none",
            eventNanos=self.now,
        )
        self.open.pop(order["order"], None)

    def end_at_executor(self, order):
        filled = order["raw"][1] - order["rest"]
        self.note(
            "executor",
            "orderEnded",
            order=order["order"],
            cause="canceled",
            reason="none",
            cumQuantity=shown(filled, QUANTITY_DECIMALS),
            eventNanos=self.now,
        )

    def trade(self, order, quantity):
        """The venue fills; gives what the executor will book."""
        self.trade_number += 1
        order["rest"] -= quantity
        if order["rest"] == 0:
            self.open.pop(order["order"], None)
        price = order["raw"][0]
        fee = price * quantity // 10**9 // 10_000
        fill = {
            "execution": f"1:{self.trade_number:x}",
            "instrument": order["instrument"],
            "side": order["side"],
            "price": shown(price, PRICE_DECIMALS),
            "quantity": shown(quantity, QUANTITY_DECIMALS),
            "fee": shown(fee, MONEY_DECIMALS),
            "tradeSequence": self.trade_number,
            "eventNanos": self.now,
            "liquidity": "maker",
        }
        self.note(
            "venue",
            "trade",
            account=ACCOUNT,
            clOrdID=order["order"],
            venueOrderId=order["number"],
            transactNanos=self.now,
            **fill,
        )
        return {**fill, "order": order["order"], "feeCurrency": "USDT"}

    def book(self, fill):
        self.pass_time(0.4)
        self.note("executor", "filled", **fill)
        self.unconfirmed.append({"instrument": fill["instrument"], "execution": fill["execution"]})

    def fill(self, order, quantity=None):
        self.pass_time(1)
        self.book(self.trade(order, quantity or order["rest"]))

    def confirm(self):
        self.pass_time(1)
        self.note("executor", "tradesConfirmed", through=self.trade_number, executions=self.unconfirmed)
        self.unconfirmed = []

    # What happens.

    def quotes(self, count):
        """Quotes that are filled, cancelled, or both in part."""
        for _ in range(count):
            instrument = self.random.choice((1, 2))
            lot = 10**6 * self.random.randint(1, 5)
            price = 60_000 * 10**9 + 10**7 * self.random.randint(-5000, 5000)
            order = self.create(instrument, self.random.choice(("buy", "sell")), price, 2 * lot)
            self.pass_time(self.random.randint(1, 200))
            fate = self.random.randrange(4)
            if fate in (1, 2):
                self.fill(order, lot)
            if fate == 2:
                self.fill(order)
            else:
                self.cancel(order)
            self.pass_time(self.random.randint(1, 50))

    def intent(self, exit="stopLoss", refused_by=None, beyond=0):
        """A signal that becomes an order with stop and target, of which one ends it; None leaves it open, and
        "unfilled" is an entry that is taken back. `refused_by` names who refuses it instead, `beyond` how much
        more than the intent's own stop and target close."""
        self.intent_number += 1
        high = 3 << 48 | 2 << 32 | self.epochs["signal"]
        name = f"{high:016x}{self.intent_number:016x}"
        quantity, price = 2 * 10**6, 60_000 * 10**9
        terms = {
            "intent": name,
            "strategy": 2,
            "instrument": INTENDED,
            "side": "buy",
            "expireNanos": self.now + 2 * SECOND,
        }
        stop, target = shown(price - 10**12, PRICE_DECIMALS), shown(price + 10**12, PRICE_DECIMALS)
        exits = {"stopPrice": stop, "takeProfitPrice": target}
        self.note("signal", "signalIssued", **terms, **exits)
        self.pass_time(1)
        if refused_by == "risk":
            self.end_intent(name, "rejected", 0, ("risk", "signal"))
            return None
        sized = {
            "type": "limit",
            "timeInForce": "gtc",
            "quantity": shown(quantity, QUANTITY_DECIMALS),
            "price": shown(price, PRICE_DECIMALS),
        }
        self.note("risk", "intentAccepted", **terms, **exits, **sized)
        self.pass_time(1)
        if refused_by == "executor":
            self.end_intent(name, "rejected", 0, ("executor", "risk", "signal"))
            return None
        self.note(
            "executor", "intentAccepted", **terms, **exits, **sized, isPostOnly=False
        )
        entry = self.create(INTENDED, "buy", price, quantity, "entry", intent=name)
        if exit == "unfilled":
            self.pass_time(200)
            self.cancel(entry)
            self.end_intent(name, "canceled", 0, ("executor", "risk", "signal"))
            return None
        self.fill(entry, 10**6)
        self.fill(entry)
        legs = [
            self.create(INTENDED, "sell", price - 10**12, quantity + beyond, "stopLoss", "stop", name),
            self.create(INTENDED, "sell", price + 10**12, quantity + beyond, "takeProfit", "limit", name),
        ]
        self.end_intent(name, "filled", quantity, ("executor", "risk", "signal"))
        if exit is None:
            return legs
        if exit == "flatten":
            self.flatten(legs)
        else:
            self.exit(legs, 0 if exit == "stopLoss" else 1)
        return None

    def exit(self, legs, place):
        """One leg closes the position, the other is cancelled."""
        self.pass_time(300)
        if place == 0:
            self.note(
                "venue", "triggered", account=ACCOUNT, venueOrderId=legs[0]["number"], eventNanos=self.now
            )
        self.fill(legs[place])
        self.cancel(legs[1 - place])

    def leave_dust(self, left):
        """An intent of which too little for an order of its own is left: nobody's from then on."""
        legs = self.intent(None)
        self.fill(legs[1], legs[1]["rest"] - left)
        for leg in legs:
            self.cancel(leg)
        self.note("executor", "protectionEnded", intent=legs[0]["intent"], cause="remainder")

    def flatten(self, legs):
        """A person closes the position, whoever opened it."""
        self.note("executor", "flattenBegun", instrument=INTENDED, atWallNanos=self.now, operator="chaos")
        person = {"scope": "instrument", "instrument": INTENDED, "operator": "chaos", "reason": "flatten"}
        self.latch("flatten", **person)
        for leg in legs:
            self.cancel(leg)
        self.fill(self.create(INTENDED, "sell", 59_900 * 10**9, 2 * 10**6, "flatten"))
        self.note("executor", "flattenEnded", instrument=INTENDED, outcome="flat")
        self.release(**person)

    def end_intent(self, name, outcome, filled, hops):
        for hop in hops:
            self.pass_time(0.5)
            self.note(
                hop,
                "signalEnded" if hop == "signal" else "intentEnded",
                intent=name,
                outcome=outcome,
                reason="none" if filled else "riskRefused",
                filledQuantity=shown(filled, QUANTITY_DECIMALS),
                averagePrice="60000" if filled else None,
            )

    def kill_executor(self):
        """kill -9 with one order at the venue, one on its way, and one fill not yet booked."""
        resting = self.create(2, "buy", 59_000 * 10**9, 4 * 10**6)
        flying = self.create(2, "sell", 61_000 * 10**9, 10**6, accept=False)
        missed = self.trade(resting, 10**6)
        self.kills.append({"component": "executor", "nanos": self.now})
        self.epochs["executor"] += 1
        self.pass_time(200)
        self.note("executor", "orderInDoubt", order=flying["order"])
        self.ask_permit()
        self.counter = 0
        self.book(missed)
        self.confirm()
        self.note("executor", "booksAgreed", openOrders=2)
        newer = self.create(1, "buy", 59_000 * 10**9, 10**6)
        # The old process's request reaches the matching engine only now.
        self.venue_accepts_late(flying)
        self.cancel(newer)
        self.cancel(flying)
        self.cancel(resting)

    def venue_accepts_late(self, order):
        self.accept(order)
        # The executor learns of it by asking.
        self.rows["executor"].pop()
        self.note(
            "executor",
            "orderAdopted",
            order=order["order"],
            instrument=order["instrument"],
            side=order["side"],
            price=order["price"],
            quantity=order["quantity"],
            venueOrderId=order["number"],
            adoptedNanos=self.now,
        )

    def halt(self):
        """A halt that cancels everything, and its release."""
        orders = [self.create(1, "buy", 58_000 * 10**9, 10**6) for _ in range(3)]
        self.pass_time(10)
        self.halts.append({"halt": "all are well", "nanos": self.now})
        self.pass_time(2)
        person = {"scope": "firm", "operator": "chaos", "reason": "a drill"}
        self.latch("halt", **person)
        for order in orders:
            self.cancel(order)
        self.ask_permit("reduce")
        self.pass_time(500)
        self.release(**person)
        self.ask_permit()
        other = {"scope": "strategy", "strategy": 9, "operator": "chaos", "reason": "a drill"}
        self.latch("halt", **other)
        self.cancel(self.create(1, "buy", 58_000 * 10**9, 10**6))
        self.release(**other)

    def panic(self, legs, seconds):
        """Everything is taken back, stops too, until a person resumes; then the stop stands again."""
        person = {"scope": "firm", "operator": "chaos", "reason": "a panic"}
        self.latch("panic", **person)
        for leg in legs:
            self.cancel(leg)
        self.pass_time(1000 * seconds)
        self.release(**person)
        self.pass_time(100)
        return [self.again(leg) for leg in legs]

    def again(self, leg):
        """The same leg under a new id."""
        return self.create(
            leg["instrument"], leg["side"], *leg["raw"], leg["purpose"], leg["type"], leg["intent"]
        )

    def latch(self, kind, scope, operator, reason, **number):
        """The queen latches a command of a person, and the executor does."""
        command = self.next_command()
        fact = {"halt": "halted", "panic": "panicked", "flatten": "flattenOrdered"}[kind]
        self.note("queen", fact, scope=scope, **number, command=command)
        latched = "panicLatched" if kind == "panic" else "haltLatched"
        person = {"operator": operator, "reason": reason, "haltNanos": self.now}
        self.note("executor", latched, scope=scope, **number, **person)
        outcome = "accepted" if kind == "flatten" else "done"
        self.note("executor", "commandSeen", command=command, commandKind=kind, outcome=outcome)

    def release(self, scope, operator, reason, **number):
        command = self.next_command()
        self.note("queen", "released", scope=scope, **number, command=command)
        person = {"operator": operator, "reason": reason, "haltNanos": self.now}
        self.note("executor", "haltReleased", scope=scope, **number, **person)
        self.note("executor", "commandSeen", command=command, commandKind="resume", outcome="done")

    def next_command(self):
        return f"{self.random.getrandbits(128):032x}"

    def never_placed(self):
        """A request that never left."""
        order = self.create(1, "buy", 58_000 * 10**9, 10**6, accept=False)
        self.pass_time(1)
        self.note("executor", "orderNotPlaced", order=order["order"], isProven=False)

    def whole(self):
        """A session with everything in it."""
        self.begin()
        for part in range(3):
            self.quotes(20)
            self.intent("stopLoss")
            self.intent("takeProfit")
            self.intent("unfilled")
            self.never_placed()
            self.intent(refused_by="risk")
            self.intent(refused_by="executor")
            self.intent("flatten")
            legs = self.intent(None)
            self.confirm()
            # A position without its stop for so long is found, whatever is killed meanwhile.
            self.pass_time(100_000)
            self.quiet.append(self.now)
            self.kill_executor()
            self.halt()
            self.exit(legs, part % 2)
        self.confirm()
        return self

    @property
    def record(self):
        """What the chaos driver would have written beside the exports."""
        return {
            "rules": {
                "account": ACCOUNT,
                "maxPosition": {"1": "2", "2": "2", "3": "2"},
                "maxOrderQuantity": {"1": "1", "2": "1", "3": "1"},
                "maxOpenOrders": 200,
                "makerFeeBps": {"1": "1", "2": "1", "3": "1"},
                "takerFeeBps": {"1": "5", "2": "5", "3": "5"},
                "closesOwnerless": False,
                "permitLifeSeconds": LIFE // SECOND,
                "tickSize": {"1": "0.01", "2": "0.01", "3": "0.01"},
            },
            "kills": self.kills,
            "halts": self.halts,
            "quietNanos": self.quiet,
        }

    @property
    def lines(self):
        return {name: [json.dumps(row) for row in rows] for name, rows in self.rows.items()}
