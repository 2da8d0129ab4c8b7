"""Falsifications that leave every journal in agreement with the others: only the terms, the venue's log and the clock
show them. `mutate.py` takes them with its own."""

from executor_gates import PROTECTIVE
from journal_rows import PRICE_DECIMALS, QUANTITY_DECIMALS, fixed, order_id, order_text, shown
from mutations import NotApplicable, mutation

SECOND = 1_000_000_000
LONG = 200 * SECOND
"""More than every bound, and more than any patience with kills."""


def working(logs, *purposes):
    """Orders of these purposes that the venue accepted: (place at the executor, place at the venue)."""
    accepted = {
        row["clOrdID"]: place for place, row in enumerate(logs.rows["venue"]) if row["fact"] == "accepted"
    }
    return [
        (place, accepted[row["order"]])
        for place, row in enumerate(logs.rows["executor"])
        if row["fact"] == "orderCreated" and row["purpose"] in purposes and row["order"] in accepted
    ]


def middle_of(found, what):
    if not found:
        raise NotApplicable(f"no {what}")
    return found[len(found) // 2]


def both(logs, found, change):
    """Changes an order in both journals alike."""
    for component, place in zip(("executor", "venue"), found):
        row = logs.rows[component][place]
        logs.rows[component][place] = {**row, **change(row)}


def scaled(text, by, decimals):
    return shown(fixed(text, decimals) * by[0] // by[1], decimals)


def venue_number(logs, found):
    return logs.rows["venue"][found[1]]["venueOrderId"]


def postpone_end(logs, number):
    """The venue ends it only when the log does."""
    rows = logs.rows["venue"]
    last = rows[-1]["atNanos"] + LONG
    ends = [place for place, row in enumerate(rows) if row["fact"] == "ended" and row["venueOrderId"] == number]
    if not ends:
        raise NotApplicable("the venue did not end it")
    rows.append({**rows.pop(ends[0]), "atNanos": last, "eventNanos": last})


def ended_by_request(logs, purposes, cause="canceled"):
    """Orders that the executor says are cancelled, and whose end the venue has."""
    ended = {row["venueOrderId"] for row in logs.rows["venue"] if row["fact"] == "ended"}
    said = {
        row["order"]
        for row in logs.rows["executor"]
        if row["fact"] == "orderEnded" and row.get("cause") == cause
    }
    return [
        found
        for found in working(logs, *purposes)
        if venue_number(logs, found) in ended and logs.rows["executor"][found[0]]["order"] in said
    ]


def silence(logs, number):
    """The venue never ends the order, and writes nothing more from where it did."""
    rows = logs.rows["venue"]
    ends = [place for place, row in enumerate(rows) if row["fact"] == "ended" and row["venueOrderId"] == number]
    if not ends:
        raise NotApplicable("the venue did not end it")
    del rows[ends[0] :]


def is_long_before_the_end(logs, record, at):
    bound = record.get("rules", {}).get("boundMillis", 15_000) * 1_000_000
    return max(rows[-1]["atNanos"] for rows in logs.rows.values() if rows) - at > 6 * bound


@mutation("stops are placed at half the intent's price", "I11")
def half_stop(logs, record):
    stops = [found for found in working(logs, "stopLoss") if logs.rows["executor"][found[0]]["type"] == "stop"]
    if not stops:
        raise NotApplicable("no stops")
    for found in stops:
        both(
            logs,
            found,
            lambda row: {
                name: scaled(row[name], (1, 2), PRICE_DECIMALS)
                for name in ("price", "stopPrice")
                if row.get(name) is not None
            },
        )


@mutation("targets are placed nearer than the intent's", "I11")
def near_target(logs, record):
    found = middle_of(working(logs, "takeProfit"), "target")
    both(logs, found, lambda row: {"price": scaled(row["price"], (999, 1000), PRICE_DECIMALS)})


@mutation("an entry is off the intent's limit", "I11")
def entry_off_limit(logs, record):
    found = middle_of(working(logs, "entry"), "entry")
    both(logs, found, lambda row: {"price": scaled(row["price"], (101, 100), PRICE_DECIMALS)})


@mutation("an entry is four times the intent's size", "I11")
def four_times(logs, record):
    found = middle_of(working(logs, "entry"), "entry")
    both(logs, found, lambda row: {"quantity": scaled(row["quantity"], (4, 1), QUANTITY_DECIMALS)})


@mutation("risk makes an intent four times as large on the way", "I11")
def four_times_on_the_way(logs, record):
    place = logs.middle("executor", "intentAccepted")
    row = logs.rows["executor"][place]
    logs.change("executor", place, quantity=scaled(row["quantity"], (4, 1), QUANTITY_DECIMALS))


@mutation("an entry is of the other side", "I11")
def other_side(logs, record):
    found = middle_of(working(logs, "entry"), "entry")
    client = logs.rows["executor"][found[0]]["order"]
    turned = {"buy": "sell", "sell": "buy"}
    both(logs, found, lambda row: {"side": turned[row["side"]]})
    for component, name in (("executor", "order"), ("venue", "clOrdID")):
        for place, row in enumerate(logs.rows[component]):
            if row["fact"] in ("filled", "trade") and row.get(name) == client:
                logs.change(component, place, side=turned[row["side"]])


@mutation("risk turns a signal's stop into another one", "I11")
def other_stop(logs, record):
    risk = logs.middle("risk", "intentAccepted")
    intent = logs.rows["risk"][risk]["intent"]
    places = [("risk", risk)] + [("executor", at) for at in logs.places("executor", "intentAccepted", intent=intent)]
    for component, place in places:
        price = scaled(logs.rows[component][place]["stopPrice"], (99, 100), PRICE_DECIMALS)
        logs.change(component, place, stopPrice=price)


@mutation("an order is declared gone while the venue has it", "I12")
def gone_while_open(logs, record):
    found = middle_of(ended_by_request(logs, ("quote",)), "quote that was cancelled")
    client = logs.rows["executor"][found[0]]["order"]
    for place in logs.places("executor", "orderEnded", order=client):
        logs.change("executor", place, cause="gone")
    postpone_end(logs, venue_number(logs, found))


@mutation("an order is declared rejected while the venue has it", "I12")
def rejected_while_open(logs, record):
    found = middle_of(ended_by_request(logs, ("quote",)), "quote that was cancelled")
    call_rejected(logs, found)
    postpone_end(logs, venue_number(logs, found))


@mutation("a cancelled order is declared rejected", "I12")
def cancelled_as_rejected(logs, record):
    call_rejected(logs, middle_of(ended_by_request(logs, ("quote",)), "quote that was cancelled"))


def call_rejected(logs, found):
    client = logs.rows["executor"][found[0]]["order"]
    for place in logs.places("executor", "orderEnded", order=client):
        logs.change("executor", place, cause="rejected")


@mutation("the cancels of a halt are not sent", "I10")
def halt_without_cancels(logs, record):
    ended = ended_by_request(logs, ("quote", "entry"))
    for place in logs.places("executor", "haltLatched", scope="firm") + logs.places(
        "executor", "haltLatched", scope="account"
    ):
        halted = logs.rows["executor"][place]["atNanos"]
        numbers = {row["venueOrderId"]: row["atNanos"] for row in logs.rows["venue"] if row["fact"] == "ended"}
        open_then = [
            found
            for found in ended
            if found[0] < place and numbers[venue_number(logs, found)] > halted
        ]
        if open_then:
            break
    else:
        raise NotApplicable("no halt cancelled anything")
    # Neither the request nor its effect is in any journal.
    clients = {logs.rows["executor"][found[0]]["order"] for found in open_then}
    gone = ("cancelRequested", "orderEnded")
    logs.rows["executor"] = [
        row for row in logs.rows["executor"] if not (row["fact"] in gone and row.get("order") in clients)
    ]
    for found in open_then:
        postpone_end(logs, venue_number(logs, found))


@mutation('a filled order is "proven not placed"', "I12")
def filled_not_placed(logs, record):
    fill = logs.rows["executor"][logs.middle("executor", "filled")]
    created = [place for place in logs.places("executor", "orderCreated", order=fill.get("order"))]
    if not created:
        raise NotApplicable("the fill is nobody's")
    last = max(
        place for place, row in enumerate(logs.rows["executor"]) if row.get("order") == fill["order"]
    )
    row = logs.rows["executor"][last]
    logs.insert(
        "executor",
        last + 1,
        {
            **{name: row[name] for name in ("seq", "epoch", "atNanos")},
            "fact": "orderNotPlaced",
            "order": fill["order"],
            "isProven": True,
        },
    )


@mutation("an entry is made after its intent expired", "I11")
def late_entry(logs, record):
    found = middle_of(working(logs, "entry"), "entry")
    row = logs.rows["executor"][found[0]]
    expire = row["requestNanos"] - SECOND // 2
    for component, fact in (
        ("signal", "signalIssued"),
        ("risk", "intentAccepted"),
        ("executor", "intentAccepted"),
    ):
        for place in logs.places(component, fact, intent=row["intent"]):
            logs.change(component, place, expireNanos=expire)


@mutation("an entry works for long after its intent expired", "I12")
def resting_entry(logs, record):
    found = middle_of(ended_by_request(logs, ("entry",)), "entry that was cancelled")
    client = logs.rows["executor"][found[0]]["order"]
    intent = logs.rows["executor"][found[0]]["intent"]
    # The executor waits for it, and nothing is out of order but that it takes so long.
    postpone_end(logs, venue_number(logs, found))
    late = logs.rows["venue"][-1]["atNanos"]
    for component, name, value in (
        ("executor", "order", client),
        ("executor", "intent", intent),
        ("risk", "intent", intent),
        ("signal", "intent", intent),
    ):
        rows = logs.rows[component]
        for row in [row for row in rows if row.get(name) == value and row["fact"].endswith("Ended")]:
            rows.remove(row)
            rows.append({**row, "atNanos": late})


@mutation("an intent ends right after it was accepted, its entry working", "I12")
def early_end(logs, record):
    # One that was filled: of an entry that ended at once with nothing it would be no lie.
    traded = {row["venueOrderId"] for row in logs.rows["venue"] if row["fact"] == "trade"}
    entries = [found for found in working(logs, "entry") if venue_number(logs, found) in traded]
    found = middle_of(entries, "entry that was filled")
    intent = logs.rows["executor"][found[0]]["intent"]
    for component, begin, end in (
        ("executor", "intentAccepted", "intentEnded"),
        ("risk", "intentAccepted", "intentEnded"),
        ("signal", "signalIssued", "signalEnded"),
    ):
        ends = logs.places(component, end, intent=intent)
        begins = logs.places(component, begin, intent=intent)
        if not ends or not begins:
            raise NotApplicable(f"it does not end at {component}")
        row = logs.remove(component, ends[0])
        # After its entry was made, which then is no entry of an ended intent.
        after = found[0] if component == "executor" else begins[0]
        at = logs.rows[component][after]["atNanos"]
        told = {"outcome": "canceled", "filledQuantity": "0", "atNanos": at}
        logs.insert(component, after + 1, {**row, **told})


@mutation("a position is without its stop for a minute", "I13")
def late_stop(logs, record):
    """The venue takes it late, in the time between its being journaled and the end of its receive window, which
    the forger lengthens."""
    traded = {row["venueOrderId"] for row in logs.rows["venue"] if row["fact"] == "trade"}
    stops = [
        found
        for found in working(logs, "stopLoss")
        if logs.rows["executor"][found[0]]["type"] == "stop" and venue_number(logs, found) not in traded
    ]
    ends = {row["venueOrderId"]: row["atNanos"] for row in logs.rows["venue"] if row["fact"] == "ended"}
    begun = lambda found: logs.rows["venue"][found[1]]["atNanos"]
    spans = {found: ends.get(venue_number(logs, found), begun(found)) - begun(found) for found in stops}
    found = max(spans, key=spans.get, default=None)
    bound = record.get("rules", {}).get("boundMillis", 15_000) * 1_000_000
    if found is None or spans[found] <= 6 * bound:
        raise NotApplicable("no stop worked for so long that nothing explains its absence")
    row = logs.rows["venue"].pop(found[1])
    number, at = row["venueOrderId"], row["atNanos"] + LONG
    rest = [other for other in logs.rows["venue"] if other.get("venueOrderId") == number]
    logs.rows["venue"] = [other for other in logs.rows["venue"] if other.get("venueOrderId") != number]
    logs.rows["venue"].append({**row, "atNanos": at})
    logs.rows["venue"] += [{**other, "atNanos": at} for other in rest]
    logs.change("executor", found[0], recvWindowNanos=2 * LONG)


@mutation("a stop is cancelled, and the venue is silent from then on", "I13")
def silent_without_stop(logs, record):
    stops = [found for found in working(logs, "stopLoss") if logs.rows["executor"][found[0]]["type"] == "stop"]
    ends = [row for row in logs.rows["venue"] if row["fact"] == "ended"]
    for found in stops:
        row = logs.rows["venue"][found[1]]
        if ends and is_long_before_the_end(logs, record, row["atNanos"]):
            break
    else:
        raise NotApplicable("no stop worked long before the end")
    told = {**ends[0], "venueOrderId": row["venueOrderId"], "atNanos": row["atNanos"]}
    logs.rows["venue"][found[1] + 1 :] = [told]


@mutation("an entry works on after its expiry, at a venue that is silent from then on", "I12")
def silent_entry(logs, record):
    for found in ended_by_request(logs, ("entry",)):
        if is_long_before_the_end(logs, record, logs.rows["venue"][found[1]]["atNanos"]):
            break
    else:
        raise NotApplicable("no entry was cancelled long before the end")
    row = logs.rows["executor"][found[0]]
    silence(logs, venue_number(logs, found))
    # Nobody says from then on that an order or this intent has ended.
    cut = logs.rows["venue"][-1]["atNanos"]
    logs.rows["executor"] = [
        other
        for other in logs.rows["executor"]
        if other["fact"] not in ("orderEnded", "intentEnded")
        or (other["atNanos"] <= cut and row["order"] != other.get("order"))
        and row["intent"] != other.get("intent")
    ]


@mutation("the cancels of a halt are not sent, and the venue is silent from then on", "I10")
def silent_halt(logs, record):
    halt_without_cancels(logs, record)
    late = [place for place, row in enumerate(logs.rows["venue"]) if is_postponed(logs, row)]
    number = logs.rows["venue"][late[0]]["venueOrderId"]
    accepted = logs.places("venue", "accepted", venueOrderId=number)[0]
    if not is_long_before_the_end(logs, record, logs.rows["venue"][accepted]["atNanos"]):
        raise NotApplicable("no halt was long before the end")
    del logs.rows["venue"][accepted + 1 :]


def is_postponed(logs, row):
    return row["fact"] == "ended" and row["atNanos"] == logs.rows["venue"][-1]["atNanos"]


@mutation("a stop is there for moments only", "I13")
def flickering_stop(logs, record):
    """Never gone for as long as the bound, and in all for longer than any patience."""
    bound = record.get("rules", {}).get("boundMillis", 15_000) * 1_000_000
    gap, moment, times = bound * 9 // 10, SECOND // 5, 7
    ends = {row["venueOrderId"]: row["atNanos"] for row in logs.rows["venue"] if row["fact"] == "ended"}
    for found in working(logs, "stopLoss"):
        row, number = logs.rows["venue"][found[1]], venue_number(logs, found)
        if ends.get(number, 0) - row["atNanos"] > times * (gap + moment) + SECOND:
            break
    else:
        raise NotApplicable("no stop worked for so long")
    ended = next(row for row in logs.rows["venue"] if row["fact"] == "ended")
    created, at, more = logs.rows["executor"][found[0]], row["atNanos"] + moment, []
    order = order_id(created["order"])
    for turn in range(times):
        more.append({**ended, "venueOrderId": number, "atNanos": at})
        at, number, name = at + gap, (1 << 60) + turn, order_text(*order[:2], order[2] + (1 << 40) + turn)
        more.append({**row, "venueOrderId": number, "clOrdID": name, "atNanos": at})
        logs.insert("executor", found[0] + 1 + turn, {**created, "order": name})
        at += moment
    first = venue_number(logs, found)
    rest = [
        other
        for other in logs.rows["venue"]
        if other.get("venueOrderId") != first or other is row
    ]
    logs.rows["venue"] = sorted(rest + more, key=lambda other: other["atNanos"])


@mutation("stop and target can both be filled", "I14")
def both_legs(logs, record):
    found = working(logs, *PROTECTIVE)
    if not found:
        raise NotApplicable("no stops and targets")
    for _, place in found:
        logs.change("venue", place, isReduceOnly=False)


def renamed(logs, purpose):
    """A quote that was filled whole, under another purpose."""
    filled = {row["order"] for row in logs.rows["executor"] if row["fact"] == "filled"}
    quotes = [found for found in working(logs, "quote") if logs.rows["executor"][found[0]]["order"] in filled]
    found = middle_of(quotes, "quote that was filled")
    logs.change("executor", found[0], purpose=purpose)
    return found


@mutation("a stop protects no intent", "I14")
def stop_of_nothing(logs, record):
    renamed(logs, "stopLoss")


@mutation("a flatten's order closes what nobody flattens", "I14")
def flatten_of_nothing(logs, record):
    # Reduce-only, so that its size is no reason to find it.
    logs.change("venue", renamed(logs, "flatten")[1], isReduceOnly=True)


@mutation("an order closes what nobody owns, against the rules", "I14")
def forbidden_ownerless(logs, record):
    if record.get("rules", {}).get("closesOwnerless") is not False:
        raise NotApplicable("the record does not forbid it")
    logs.change("venue", renamed(logs, "ownerless")[1], isReduceOnly=True)


@mutation("a reduce-only order opens a position", "I14")
def reduce_only_opens(logs, record):
    traded = {row["venueOrderId"] for row in logs.rows["venue"] if row["fact"] == "trade"}
    entries = [found for found in working(logs, "entry") if venue_number(logs, found) in traded]
    logs.change("venue", middle_of(entries, "entry that was filled")[1], isReduceOnly=True)


@mutation("a stop is for more than is open, and may open the other side", "I14")
def large_stop(logs, record):
    stops = working(logs, "stopLoss")
    if not stops:
        raise NotApplicable("no stops")
    for found in stops:
        logs.change("venue", found[1], isReduceOnly=False)
        both(logs, found, lambda row: {"quantity": scaled(row["quantity"], (2, 1), QUANTITY_DECIMALS)})
