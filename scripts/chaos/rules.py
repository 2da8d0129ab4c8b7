"""What a colony under check was allowed, and how to check it."""

from executor_gates import MILLI
from journal_rows import BPS_DECIMALS, PRICE_DECIMALS, QUANTITY_DECIMALS, fixed


class Rules:
    """What the checked colony was allowed, and how the check is to be made. All keys have defaults."""

    def __init__(self, given=None):
        given = given or {}
        quantities = lambda name: {
            int(number): fixed(text, QUANTITY_DECIMALS) for number, text in given.get(name, {}).items()
        }
        self.account = given.get("account")
        """Only this account's orders; None takes the executor's."""
        self.max_position = quantities("maxPosition")
        """By instrument number: the executor's cap."""
        self.max_order_quantity = quantities("maxOrderQuantity")
        self.max_open_orders = given.get("maxOpenOrders", 200)
        self.protective_counts = given.get("protectiveCounts", True)
        """Whether stop and target orders count towards the position that could become."""
        self.oco_counts_once = given.get("ocoCountsOnce", True)
        """Stop and target of one intent close the same position: the larger of them counts, not both."""
        self.venue_has_stops = given.get("venueHasStops", True)
        """False where the executor guards stops itself: then no stop order is looked for at the venue."""
        self.settle = given.get("settleMillis", 1500) * MILLI
        """An intent in which something happened more recently than this need not be protected yet."""
        self.clock_slack = given.get("clockSlackMillis", 50) * MILLI
        """Two clock readings of one machine may differ by this: a turn's time is read at its beginning."""
        self.lag = given.get("lagMillis", 1000) * MILLI
        """A row must have its counterpart once the other journal has been read so far beyond it."""
        self.bound = given.get("boundMillis", 15_000) * MILLI
        """A cancel that a halt or an expiry asks for, and the whole stop of a position, take no longer at the
        venue. It runs from the last kill or cut, and nothing takes more than six of it."""
        self.legs_are_exclusive = given.get("legsAreExclusive", False)
        """Whether a venue makes stop and target of one intent exclude each other without their being
        reduce-only. Otherwise those that are not reduce-only can be filled together."""
        rates = lambda name: {
            int(number): fixed(text, BPS_DECIMALS) for number, text in given.get(name, {}).items()
        }
        self.fees = {"maker": rates("makerFeeBps"), "taker": rates("takerFeeBps")}
        """By liquidity and instrument number: basis points of what is paid."""
        life = given.get("permitLifeSeconds")
        self.permit_life = None if life is None else int(life * 1000) * MILLI
        """The longest life of a permit that the topology allows; None where it is not known."""
        self.closes_ownerless = given.get("closesOwnerless")
        """Whether the executor may close what nobody owns; None where it is not known."""
        self.tick_size = {
            int(number): fixed(text, PRICE_DECIMALS) for number, text in given.get("tickSize", {}).items()
        }
        """By instrument number: risk puts prices on it."""
        self.window_margin = given.get("windowMarginMillis", 1000) * MILLI
        """An order accepted later than its receive window and this is a violation."""
        self.is_contiguous = given.get("contiguous", True)
        """Whether every row number must be there."""
