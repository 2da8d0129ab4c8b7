"""Orders that the venue has accepted, read from its journal while it runs."""

import json

from colony import Failure
from journal_rows import order_id


class OrderSeen:
    """An accepted order of our form."""

    def __init__(self, row, epoch):
        self.id, self.at, self.epoch, self.seq = row["clOrdID"], int(row["atNanos"]), epoch, row["seq"]


class OrdersSeen:
    """Bound: the orders of one drill."""

    def __init__(self, colony):
        self.colony = colony
        self.accepted = []
        self.last_seq = 0

    def read(self):
        """Takes in what is new."""
        lines, why = self.colony.export("venue", self.last_seq)
        if lines is None:
            raise Failure(f"the venue's journal cannot be read: {why}")
        for row in row_facts(lines):
            self.last_seq = row["seq"]
            parts = order_id(row.get("clOrdID", "")) if row["fact"] == "accepted" else None
            if parts:
                self.accepted.append(OrderSeen(row, parts[1]))

    def of(self, epoch, since):
        return [order for order in self.accepted if order.epoch == epoch and order.at > since]

    def of_epochs_above(self, epoch, since=0):
        return [order for order in self.accepted if order.epoch > epoch and order.at > since]

    def gaps(self, since, until):
        """Times of more than a second in which no order was accepted, the five longest."""
        times = [since, *(order.at for order in self.accepted if since < order.at < until), until]
        seconds = sorted((later - earlier) / 1e9 for earlier, later in zip(times, times[1:]))
        return [round(gap, 1) for gap in seconds[:-6:-1] if gap > 1]


def row_facts(lines):
    """The rows of an export."""
    return [json.loads(line) for line in lines if line.strip()]
