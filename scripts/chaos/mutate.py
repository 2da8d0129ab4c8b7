#!/usr/bin/env python3
"""Falsifies exports in every way the checker must notice, and makes sure that it does.

    mutate.py --self-test FOLDER [--strict]        checks each falsification of the exports in FOLDER
    mutate.py --write NAME FROM TO                 writes one falsification of the exports in FROM to TO
    mutate.py --list                               names them

FOLDER holds executor.jsonl, venue.jsonl, risk.jsonl, signal.jsonl, queen.jsonl and record.json, as the chaos
driver keeps them. A falsification for which the exports have no suitable row is said to be left out; with
--strict that fails. Exit code 0 if the true exports pass and every false one is found, else 1.
"""

import argparse
import copy
import json
import sys
from pathlib import Path

import mutate_terms  # noqa: F401
from checker import check_files
from executor_gates import ENTERING
from journal_rows import QUANTITY_DECIMALS, fixed, order_id, order_text, shown
from mutations import MUTATIONS, Logs, NotApplicable, mutation

@mutation("a fill is not booked", "I3")
def lost_fill(logs, record):
    logs.remove("executor", logs.middle("executor", "filled"))


@mutation("a fill is booked twice", "I3")
def double_fill(logs, record):
    place = logs.middle("executor", "filled")
    logs.insert("executor", place + 1, logs.rows["executor"][place])


@mutation("a fill is booked at another price", "I3")
def wrong_price(logs, record):
    place = logs.middle("executor", "filled")
    logs.change("executor", place, price=more(logs.rows["executor"][place]["price"]))


@mutation("a fill is booked with another fee", "I3")
def wrong_fee(logs, record):
    place = logs.middle("executor", "filled")
    logs.change("executor", place, fee=more(logs.rows["executor"][place]["fee"]))


def on_both(logs, record, change):
    """Changes a fill and its trade alike."""
    if not record.get("rules", {}).get("makerFeeBps"):
        raise NotApplicable("no fees in the record")
    place = logs.middle("executor", "filled")
    execution = logs.rows["executor"][place]["execution"]
    trades = logs.places("venue", "trade", execution=execution)
    for component, at in [("executor", place)] + [("venue", at) for at in trades]:
        logs.change(component, at, **change(logs.rows[component][at]))


@mutation("a fee is ten times the rate, in both journals", "I3")
def large_fee(logs, record):
    on_both(logs, record, lambda row: {"fee": shown(10 * fixed(row["fee"], 8), 8)})


@mutation("a fee is a rebate, in both journals", "I3")
def rebate(logs, record):
    on_both(logs, record, lambda row: {"fee": shown(-fixed(row["fee"], 8), 8)})


@mutation("a taker is booked as a maker, or a maker as a taker", "I3")
def wrong_liquidity(logs, record):
    place = logs.middle("executor", "filled")
    turned = {"maker": "taker", "taker": "maker"}
    logs.change("executor", place, liquidity=turned[logs.rows["executor"][place]["liquidity"]])


@mutation("a fill is booked that never was", "I3")
def invented_fill(logs, record):
    place = logs.middle("executor", "filled")
    row = logs.rows["executor"][place]
    logs.insert("executor", place + 1, {**row, "execution": "ffff:ffffffff", "tradeSequence": 0})


@mutation("the venue traded more than was booked: positions differ", "I5")
def wrong_position(logs, record):
    place = logs.middle("venue", "trade")
    logs.change("venue", place, quantity=more(logs.rows["venue"][place]["quantity"]))


@mutation("an order is accepted twice", "I1")
def double_order(logs, record):
    place = logs.middle("venue", "accepted")
    row = logs.rows["venue"][place]
    logs.insert("venue", place + 1, {**row, "venueOrderId": 1 << 60})


@mutation("an order works under an id nobody created", "I1")
def unknown_order(logs, record):
    place = logs.middle("venue", "accepted")
    row = logs.rows["venue"][place]
    account, epoch, counter = own_id(row["clOrdID"])
    identifier = order_text(account, epoch, counter + (1 << 40))
    logs.insert("venue", place + 1, {**row, "venueOrderId": 1 << 60, "clOrdID": identifier})


@mutation("an order is sent before it is journaled", "I1")
def late_journal(logs, record):
    place = logs.middle("venue", "accepted")
    row = logs.rows["venue"][place]
    created = logs.places("executor", "orderCreated", order=row["clOrdID"])
    if not created:
        raise NotApplicable("the order is not the executor's")
    later = logs.rows["venue"][place]["atNanos"] + 400_000_000
    for name in range(created[0], len(logs.rows["executor"])):
        if logs.rows["executor"][name]["atNanos"] < later:
            logs.change("executor", name, atNanos=later)


@mutation("an id is given twice", "I1")
def reused_id(logs, record):
    place = logs.middle("executor", "orderCreated")
    logs.insert("executor", place + 1, logs.rows["executor"][place])


@mutation("an intent is sent twice", "I2")
def double_entry(logs, record):
    place = logs.middle("executor", "orderCreated", purpose="entry")
    row = logs.rows["executor"][place]
    account, epoch, counter = own_id(row["order"])
    logs.insert("executor", place + 1, {**row, "order": order_text(account, epoch, counter + (1 << 40))})


@mutation("a signal becomes two intents", "I2")
def double_intent(logs, record):
    place = logs.middle("risk", "intentAccepted")
    logs.insert("risk", place + 1, logs.rows["risk"][place])


@mutation("an intent never ends at the executor", "I4")
def no_end(logs, record):
    accepted = {row["intent"] for row in logs.rows["executor"] if row["fact"] == "intentAccepted"}
    places = [
        place
        for place in logs.places("executor", "intentEnded")
        if logs.rows["executor"][place]["intent"] in accepted
    ]
    if not places:
        raise NotApplicable("no intent was taken on")
    logs.remove("executor", places[len(places) // 2])


@mutation("an intent ends twice at risk", "I4")
def double_end(logs, record):
    place = logs.middle("risk", "intentEnded")
    logs.insert("risk", place + 1, logs.rows["risk"][place])


@mutation("a signal never ends", "I4")
def signal_without_end(logs, record):
    logs.remove("signal", logs.middle("signal", "signalEnded"))


@mutation("an intent ends with another quantity", "I4")
def wrong_end(logs, record):
    place = logs.middle("executor", "intentEnded")
    logs.change("executor", place, filledQuantity=more(logs.rows["executor"][place]["filledQuantity"]))


def ends_of_a_filled(logs):
    """The ends of one intent, at every hop, as (component, place)."""
    row = logs.rows["executor"][logs.middle("executor", "intentEnded", outcome="filled")]
    facts = (("executor", "intentEnded"), ("risk", "intentEnded"), ("signal", "signalEnded"))
    return [(name, at) for name, fact in facts for at in logs.places(name, fact, intent=row["intent"])]


@mutation("an intent ends at another price, at every hop", "I4")
def other_average(logs, record):
    for component, place in ends_of_a_filled(logs):
        logs.change(component, place, averagePrice=more(logs.rows[component][place]["averagePrice"]))


@mutation("a signal ends at another price than its intent", "I4")
def other_average_of_signal(logs, record):
    component, place = ends_of_a_filled(logs)[-1]
    logs.change(component, place, averagePrice=more(logs.rows[component][place]["averagePrice"]))


@mutation("a filled intent ends as expired, at every hop", "I4")
def filled_as_expired(logs, record):
    for component, place in ends_of_a_filled(logs):
        logs.change(component, place, outcome="expired")


@mutation("a limit is exceeded", "I6")
def exceeded_limit(logs, record):
    place = logs.middle("executor", "orderCreated", purpose="quote")
    row = logs.rows["executor"][place]
    caps = record.get("rules", {}).get("maxPosition", {})
    cap = caps.get(str(row["instrument"]))
    if cap is None:
        raise NotApplicable("no caps in the record")
    account, epoch, counter = own_id(row["order"])
    doubled = shown(2 * fixed(cap, QUANTITY_DECIMALS), QUANTITY_DECIMALS)
    logs.change("executor", place, quantity=doubled)


@mutation("an order is sent without a permit", "I7")
def no_permit(logs, record):
    place = logs.middle("executor", "orderCreated", purpose="quote")
    permits = [at for at in logs.places("executor", "permitTaken") if at < place]
    if not permits:
        raise NotApplicable("no permits before it")
    permit = logs.rows["executor"][permits[-1]]
    logs.change("executor", place, requestNanos=permit["askedNanos"] + 3 * permit["lifeNanos"])


@mutation("a permit was never granted", "I7")
def no_grant(logs, record):
    taken = logs.rows["executor"][logs.middle("executor", "permitTaken")]
    grants = logs.places("queen", "granted", askedBootNanos=taken["askedBootNanos"])
    if not grants:
        raise NotApplicable("the queen notes no grants")
    logs.rows["queen"] = [row for place, row in enumerate(logs.rows["queen"]) if place not in set(grants)]


def granted_again(logs, **whom):
    """A second grant right after one, to somebody else."""
    places = [at for at in logs.places("queen", "granted") if logs.rows["queen"][at]["holderEpoch"] > 1]
    if not places or not logs.rows["queen"][places[0]].get("lineage"):
        raise NotApplicable("the queen does not note whose permits they are")
    row = logs.rows["queen"][places[len(places) // 2]]
    changed = {name: row[name] + more for name, more in whom.items()}
    changed["askedBootNanos"] = row["askedBootNanos"] + 1
    logs.insert("queen", places[len(places) // 2] + 1, {**row, **changed})


@mutation("two executors with journals of their own hold permits at once", "I7")
def two_holders(logs, record):
    granted_again(logs, lineage=5, instance=5, holderEpoch=1)


@mutation("an older executor gets a permit after a younger one", "I7")
def older_holder(logs, record):
    granted_again(logs, holderEpoch=-1, instance=-1)


@mutation("two processes of one epoch hold permits", "I7")
def twin_holder(logs, record):
    granted_again(logs, instance=5)


@mutation("all permits were granted to another journal", "I7")
def other_journal(logs, record):
    if not logs.places("executor", "journalBegan") or not logs.places("queen", "granted"):
        raise NotApplicable("executor or queen do not tell their journal")
    for place in logs.places("queen", "granted"):
        logs.change("queen", place, lineage=5)


@mutation("permits live for a minute", "I7")
def long_permits(logs, record):
    if record.get("rules", {}).get("permitLifeSeconds") is None:
        raise NotApplicable("the record does not say how long they may live")
    for component, fact in (("executor", "permitTaken"), ("queen", "granted")):
        for place in logs.places(component, fact):
            logs.change(component, place, lifeNanos=60 * 10**9)


@mutation("an old executor sends after a new one began", "I8")
def two_executors(logs, record):
    rows = logs.rows["executor"]
    epochs = {}
    for place, row in enumerate(rows):
        epochs.setdefault(row["epoch"], (place, row["atNanos"]))
    for accepted_place in reversed(logs.places("venue", "accepted")):
        accepted = logs.rows["venue"][accepted_place]
        identifier = order_id(accepted["clOrdID"])
        if identifier and identifier[1] > min(epochs) and identifier[1] in epochs:
            break
    else:
        raise NotApplicable("there was one epoch only")
    old = order_text(identifier[0], identifier[1] - 1, 1 << 40)
    _, begun = epochs[identifier[1]]
    created = next(
        (row for row in rows if row.get("order") == accepted["clOrdID"] and row["fact"] == "orderCreated"),
        None,
    )
    if created is None:
        raise NotApplicable("the order is not the executor's")
    # In the journal it stands before the new epoch's rows, as an old process would have written it; its time
    # is after the new one began.
    place = epochs[identifier[1]][0]
    logs.insert(
        "executor",
        place,
        {
            **created,
            "order": old,
            "epoch": identifier[1] - 1,
            "atNanos": begun,
            "requestNanos": begun + 900_000_000,
        },
    )
    logs.insert("venue", accepted_place + 1, {**accepted, "venueOrderId": 1 << 60, "clOrdID": old})


@mutation("a position has no stop at the venue", "I9")
def unprotected(logs, record):
    names = {
        row["order"]: row["intent"]
        for row in logs.rows["executor"]
        if row["fact"] == "orderCreated" and row.get("purpose") == "stopLoss" and row.get("intent")
    }
    numbers = {}
    for row in logs.rows["venue"]:
        if row["fact"] == "accepted" and row["clOrdID"] in names:
            numbers[row["venueOrderId"]] = (row["clOrdID"], row["atNanos"])
    ends = {
        row["venueOrderId"]: row["atNanos"] for row in logs.rows["venue"] if row["fact"] in ("ended", "trade")
    }
    settle = record.get("rules", {}).get("settleMillis", 1500) * 1_000_000
    for number, (client, begun) in numbers.items():
        end = ends.get(number, float("inf"))
        if any(begun + settle < quiet < end for quiet in record.get("quietNanos", [])):
            break
    else:
        raise NotApplicable("no stop worked at a quiet moment")
    # The venue cancels it by itself right after it took it, and nobody notices.
    place = next(
        place
        for place, row in enumerate(logs.rows["venue"])
        if row["fact"] == "accepted" and row["venueOrderId"] == number
    )
    row = logs.rows["venue"][place]
    logs.rows["venue"] = [
        other
        for other in logs.rows["venue"]
        if not (other["fact"] == "ended" and other.get("venueOrderId") == number)
    ]
    logs.insert(
        "venue",
        place + 1,
        {
            **{name: row[name] for name in ("seq", "epoch", "atNanos", "account")},
            "fact": "ended",
            "venueOrderId": number,
            "status": "canceled",
            "reason": "none",
            "eventNanos": row["atNanos"],
        },
    )


@mutation("a quote is sent while everything is halted", "I10")
def order_after_halt(logs, record):
    halts = [
        place
        for place in logs.places("executor", "haltLatched")
        if logs.rows["executor"][place]["scope"] in ("firm", "account")
    ]
    if not halts:
        raise NotApplicable("not everything was halted")
    place = halts[len(halts) // 2]
    created = [at for at in logs.places("executor", "orderCreated") if at < place]
    created = [at for at in created if logs.rows["executor"][at]["purpose"] in ENTERING]
    if not created:
        raise NotApplicable("no order before the halt")
    halt = logs.rows["executor"][place]
    row = logs.rows["executor"][created[-1]]
    account, _, _ = own_id(row["order"])
    last = max(
        (order_id(other.get(name, "")) or (0, 0, 0))
        for other in logs.rows["executor"][:place]
        for name in ("order", "request")
        if isinstance(other.get(name, ""), str)
    )
    identifier = order_text(account, halt["epoch"], (last[2] if last[1] == halt["epoch"] else 0) + 1)
    logs.insert(
        "executor",
        place + 1,
        {
            **row,
            "order": identifier,
            "epoch": halt["epoch"],
            "atNanos": halt["atNanos"],
            "requestNanos": halt["atNanos"],
        },
    )


@mutation("a halt is taken in, and nothing is latched", "I10")
def ignored_halt(logs, record):
    """As it would look to somebody who reads the permits: they go on."""
    place = logs.middle("executor", "haltLatched")
    at = logs.rows["executor"][place]["atNanos"]
    if not [row for row in logs.rows["executor"] if row["fact"] == "commandSeen" and row["atNanos"] == at]:
        raise NotApplicable("nobody commanded it")
    logs.remove("executor", place)


@mutation("the queen has halted a strategy, and the executor hears nothing of it", "I10")
def unheard_halt(logs, record):
    bound = record.get("rules", {}).get("boundMillis", 15_000) * 1_000_000
    end = max(rows[-1]["atNanos"] for rows in logs.rows.values() if rows)
    place = logs.places("queen", "granted")[:1]
    row = logs.rows["queen"][place[0]] if place else None
    if row is None or end - row["atNanos"] <= 6 * bound:
        raise NotApplicable("the queen's journal is too short")
    order = {"fact": "halted", "scope": "strategy", "strategy": 77, "command": "77"}
    logs.insert(
        "queen", place[0] + 1, {**{name: row[name] for name in ("seq", "epoch", "atNanos")}, **order}
    )


@mutation("a permit to open is granted in a halt of all", "I10")
def open_in_halt(logs, record):
    halts = logs.places("queen", "halted", scope="firm")
    releases = logs.places("queen", "released", scope="firm")
    for begin in halts:
        end = next((place for place in releases if place > begin), len(logs.rows["queen"]))
        grants = [place for place in logs.places("queen", "granted") if begin < place < end]
        if grants:
            break
    else:
        raise NotApplicable("no permit was granted in a halt of all")
    boot = logs.rows["queen"][grants[0]]["askedBootNanos"]
    logs.change("queen", grants[0], level="open")
    for place in logs.places("executor", "permitTaken", askedBootNanos=boot):
        logs.change("executor", place, level="open")


@mutation("rows are missing", "I0")
def hole(logs, record):
    """Only this one leaves the numbers as they were."""
    place = logs.middle("executor", "orderAccepted")
    logs.remove("executor", place)
    logs.lines = lambda: {name: [json.dumps(row) for row in rows] for name, rows in logs.rows.items()}


def more(text):
    """A decimal text and one unit of the fourth place more."""
    return shown(fixed(text, 9) + 10**5, 9)


def own_id(text):
    parts = order_id(text)
    if parts is None:
        raise NotApplicable(f"{text} is no id of ours")
    return parts


def apply(name, logs, record):
    """The falsified logs; raises NotApplicable."""
    changed = logs.copy()
    MUTATIONS[name][0](changed, copy.deepcopy(record))
    return changed


def verdict(name, logs, record):
    """Whether the checker finds one falsification, and what it says."""
    result = check_files(apply(name, logs, record).lines(), record)
    expected = MUTATIONS[name][1]
    found = [violation for violation in result["violations"] if violation["invariant"] in expected]
    # Only so many are kept as text; all are counted.
    is_found = any(result["byInvariant"][name] for name in expected)
    return is_found, (found or result["violations"] or [{"text": "nothing was noticed"}])[0]["text"]


def self_test(logs, record, is_strict, say=print):
    """Checks the true logs and each falsification; gives the number of failures."""
    result = check_files(logs.lines(), record)
    failures = 0
    if result["violationCount"]:
        say(
            f"FAILED   the true exports: {result['violationCount']} violations, first"
            f" {result['violations'][0]}"
        )
        failures += 1
    for name in MUTATIONS:
        try:
            is_found, text = verdict(name, logs, record)
        except NotApplicable as why:
            say(f"left out {name}: {why}")
            failures += is_strict
            continue
        say(f"{'found' if is_found else 'FAILED':8} {name}: {text}")
        failures += not is_found
    return failures


def main():
    parser = argparse.ArgumentParser(description="Falsifies exports in every way the checker must notice.")
    parser.add_argument("--self-test", type=Path, metavar="FOLDER")
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--write", nargs=3, metavar=("NAME", "FROM", "TO"))
    parser.add_argument("--list", action="store_true")
    words = parser.parse_args()
    if words.list:
        print("\n".join(MUTATIONS))
        return 0
    folder = words.self_test or (words.write and Path(words.write[1]))
    if not folder:
        parser.error("one of --self-test, --write, --list is needed")
    record = json.loads((folder / "record.json").read_text())
    logs = Logs.read(folder)
    if words.self_test:
        failures = self_test(logs, record, words.strict)
        print(f"{failures} failures" if failures else "every falsification is found")
        return 1 if failures else 0
    if words.write[0] not in MUTATIONS:
        parser.error(f"there is no falsification {words.write[0]!r}; see --list")
    target = Path(words.write[2])
    target.mkdir(parents=True, exist_ok=True)
    for name, lines in apply(words.write[0], logs, record).lines().items():
        (target / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    (target / "record.json").write_text(json.dumps(record, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
