"""Positions by the venue's log alone: how long they were without their whole stop, and what could close them."""

from executor_gates import MILLI, PROTECTIVE, quantity_text

EVERYTHING = 1 << 62


class Exposure:
    """Judges a checker's journals when all of them have been read."""

    def __init__(self, checker, calm):
        self.rules, self.findings = checker.rules, checker.findings
        self.executor, self.venue, self.calm = checker.executor, checker.venue, calm
        self.horizon = checker.horizon

    def judge(self):
        for intent in self.executor.intents.values():
            # Whose position a command closed nobody can say.
            if intent.is_flattened:
                continue
            self._judge_stop(intent)
            self._judge_exits(intent)
        self._judge_closings()

    def _orders(self, intent):
        for name in intent.orders:
            number = self.venue.clients.get(name)
            if number is not None:
                yield self.executor.orders[name], self.venue.orders[number]

    def _judge_stop(self, intent):
        if not intent.has_stop or not self.rules.venue_has_stops:
            return
        changes = self.changes(intent)
        if not changes:
            return
        self.findings.judged("I13.stop")
        spans = self._spans(intent, changes)
        long = [(since, end) for since, end in spans if self.calm.is_too_long(since, end)]
        for since, end in long:
            self.findings.violation(
                "I13",
                f"executor {intent.seq}: intent {intent.id} is without its whole stop at the venue for"
                f" {(end - since) // MILLI} ms from {since}",
            )
        # A stop that comes back before the bound is over, and goes again, is none.
        if not long and self.calm.are_too_long(spans):
            self.findings.violation(
                "I13",
                f"executor {intent.seq}: intent {intent.id} is without its whole stop at the venue"
                f" {len(spans)} times, for {sum(end - since for since, end in spans) // MILLI} ms in all",
            )

    def _spans(self, intent, changes):
        """When the position was bare without a person having decided it: a panic leaves positions bare until
        it is released."""
        spans = [(since, self.horizon if until is None else until) for since, until in bare(changes)]
        for latch in self.executor.latches:
            is_decided = latch.is_panic and latch.is_commanded
            if is_decided and latch.covers(intent.terms["strategy"], intent.instrument):
                spans = [part for span in spans for part in without(span, latch)]
        return spans

    def changes(self, intent):
        """What the venue's log says happened to the intent's position, as (time, opened, covered), in order.
        Nothing for one that was never entered."""
        changes, is_entered, netted = [], False, intent.netted
        for ours, order in self._orders(intent):
            is_stop = ours.type == "stop"
            if is_stop:
                changes.append((order.at, 0, order.quantity))
                rest = order.quantity - order.filled
                if order.ended_at is not None and rest:
                    changes.append((order.ended_at, 0, -rest))
            for trade in order.trades:
                is_entered = is_entered or ours.purpose == "entry"
                opened = -trade.quantity
                if ours.purpose == "entry":
                    # What closes somebody's dust needs no stop.
                    opened = trade.quantity - min(netted, trade.quantity)
                    netted -= trade.quantity - opened
                changes.append((trade.at, opened, -trade.quantity if is_stop else 0))
        if intent.protection_ended_at is not None:
            changes.append((intent.protection_ended_at, 0, EVERYTHING))
        return sorted(changes) if is_entered else []

    def _judge_exits(self, intent):
        """After each row of the venue: what can still be filled against the position is no more than it.

        Dust that an exit takes along counts with the intent's. A reduce-only order can never fill more than there
        is, whatever its size. Others can, and both legs of an intent together, unless the rules say that the
        venue makes them exclude each other."""
        rows = []
        for ours, order in self._orders(intent):
            if ours.purpose == "entry":
                rows += [(trade.at, trade.seq, "open", None, trade.quantity) for trade in order.trades]
            elif ours.purpose in PROTECTIVE:
                leg = None if order.is_reduce_only else ours.purpose
                rows.append((order.at, order.seq, "along", leg, ours.dust))
                rows.append((order.at, order.seq, "can", leg, order.quantity))
                rows += [(trade.at, trade.seq, "fill", leg, trade.quantity) for trade in order.trades]
                if order.ended_at is not None and order.filled < order.quantity:
                    rest = order.filled - order.quantity
                    rows.append((order.ended_at, order.ended_seq, "can", leg, rest))
        open_quantity, along, can = 0, 0, {None: 0, **dict.fromkeys(PROTECTIVE, 0)}
        for _, seq, what, leg, quantity in sorted(rows, key=lambda row: row[:2]):
            if what == "open":
                open_quantity += quantity
            elif what == "along":
                along = max(along, quantity)
            else:
                can[leg] += quantity if what == "can" else -quantity
                open_quantity -= quantity if what == "fill" else 0
            self.findings.judged("I14.exit")
            legs = [can[purpose] for purpose in PROTECTIVE]
            most = max(legs) if self.rules.legs_are_exclusive else sum(legs)
            if most > max(open_quantity + along, 0) or open_quantity + along < 0:
                self.findings.violation(
                    "I14",
                    f"venue {seq}: intent {intent.id} has {quantity_text(open_quantity)} open, and"
                    f" {quantity_text(most)} can be filled against it",
                )
                return

    def _judge_closings(self):
        """What closes by command or for want of an owner is no more than there is when the venue takes it, and
        no reduce-only order ever trades more than that."""
        rows = []
        for order in self.venue.orders.values():
            rows += [(t.at, t.seq, t.instrument, t.side * t.quantity, order) for t in order.trades]
            ours = self.executor.orders.get(order.client)
            if ours is not None and ours.purpose in ("flatten", "ownerless"):
                rows.append((order.at, order.seq, order.instrument, 0, order))
        positions = {}
        for _, seq, instrument, change, order in sorted(rows, key=lambda row: row[:2]):
            position = positions.get(instrument, 0)
            positions[instrument] = position + change
            if not change:
                self._judge_closing(seq, order, position)
            elif order.is_reduce_only:
                self._judge_reducing(seq, order, position, change)

    def _judge_closing(self, seq, order, position):
        self.findings.judged("I14.close")
        if not order.is_reduce_only and order.quantity > max(-order.side * position, 0):
            self.findings.violation(
                "I14",
                f"venue {seq}: order {order.client} is to close {quantity_text(order.quantity)} of a"
                f" position of {quantity_text(position)}",
            )

    def _judge_reducing(self, seq, order, position, change):
        self.findings.judged("I14.reduce")
        if position * change > 0 or abs(change) > abs(position):
            self.findings.violation(
                "I14",
                f"venue {seq}: order {order.client} may only reduce, and trades {quantity_text(change)} at a"
                f" position of {quantity_text(position)}",
            )

    def times(self):
        """Per position with a stop: for how long in all it was without a whole one at the venue, ns."""
        found = []
        for intent in self.executor.intents.values():
            if not intent.has_stop or intent.is_flattened:
                continue
            changes = self.changes(intent)
            if changes:
                found.append(sum(until - since for since, until in bare(changes) if until is not None))
        return found


def without(span, latch):
    """What is left of a span outside the time of a latch."""
    since, until = span
    released = until if latch.until is None else latch.until
    parts = ((since, min(until, latch.since)), (max(since, released), until))
    return [(begin, end) for begin, end in parts if begin < end]


def bare(changes):
    """The spans in which more was open than covered; None for the end of one that lasts."""
    open_quantity = covered = 0
    since, spans = None, []
    for place, (at, opened, more) in enumerate(changes):
        open_quantity += opened
        covered += more
        if place + 1 < len(changes) and changes[place + 1][0] == at:
            continue
        if open_quantity > covered:
            since = at if since is None else since
        elif since is not None:
            spans.append((since, at))
            since = None
    return spans + ([(since, None)] if since is not None else [])
