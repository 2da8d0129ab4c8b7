"""Times and counts of what a checker has read, as JSON and for people."""

from executor_gates import MILLI, PROTECTIVE
from exposure import Exposure
from findings import INVARIANTS
from journal_rows import quantile


def unmanaged(checker):
    """Per executor kill and order open at the venue then: how long nobody managed it, ns: to the next
    incarnation's agreement with the venue, or to the order's own end."""
    if not checker.executor.agreed:
        return None
    agreed = sorted(at for at, _ in checker.executor.agreed)
    kills = sorted(at for at, component in checker.kills if component == "executor")
    orders = sorted(checker.venue.orders.values(), key=lambda order: order.at)
    open_orders, place, next_agreed, times = [], 0, 0, []
    for kill in kills:
        while place < len(orders) and orders[place].at <= kill:
            open_orders.append(orders[place])
            place += 1
        open_orders = [order for order in open_orders if order.ended_at is None or order.ended_at > kill]
        while next_agreed < len(agreed) and agreed[next_agreed] <= kill:
            next_agreed += 1
        managed = agreed[next_agreed] if next_agreed < len(agreed) else None
        for order in open_orders:
            ends = [at for at in (managed, order.ended_at) if at is not None]
            if ends:
                times.append(min(ends) - kill)
    return times


def halt_times(checker):
    """Per commanded halt: from the command to its latch, the last cancel sent, and no order left."""
    rows = []
    for sent, label in sorted(checker.halts):
        drill = next(
            (drill for drill in checker.executor.halt_drills if drill["haltNanos"] >= sent - MILLI), None
        )
        if drill is None:
            rows.append({"halt": label, "sentNanos": sent})
            continue
        orders = [
            checker.venue.orders[checker.venue.clients[name]]
            for name in drill["orders"]
            if name in checker.venue.clients
        ]
        ends = [order.ended_at for order in orders if order.ended_at is None or order.ended_at > sent]
        rows.append(
            {
                "halt": label,
                "sentNanos": sent,
                "openOrders": len(ends),
                "cancels": drill["cancels"],
                "latchMillis": millis(drill["haltNanos"] - sent),
                "lastCancelMillis": drill["lastCancelNanos"] and millis(drill["lastCancelNanos"] - sent),
                "noOrdersMillis": None if None in ends else millis(max(ends, default=sent) - sent),
            }
        )
    return rows


def protection_times(checker):
    """From an intent's first fill booked to its first stop, and target, accepted by the venue, ns."""
    times = {purpose: [] for purpose in PROTECTIVE}
    for intent in checker.executor.intents.values():
        for purpose, at in intent.protected_at.items():
            if intent.first_fill_at is not None:
                times[purpose].append(max(at - intent.first_fill_at, 0))
    return times


def result(checker):
    """All of it, for JSON."""
    alone = unmanaged(checker)
    return {
        "rows": dict(checker.rows),
        "violations": [{"invariant": name, "text": text} for name, text in checker.findings.violations],
        "violationCount": checker.findings.total,
        "byInvariant": dict(checker.findings.counts),
        "unchecked": dict(checker.findings.unchecked),
        "checked": {
            **checker.checked,
            "orders": len(checker.executor.orders),
            "fills": len(checker.executor.fills),
            "intents": len(checker.executor.intents),
            "permits": checker.executor.permits_seen,
            "halts": len(checker.executor.halt_drills),
            "executorEpochs": len(checker.executor.epoch_begins),
        },
        "exercised": dict(checker.findings.exercised),
        "unexercised": checker.findings.unexercised,
        "openAtEnd": open_at_end(checker),
        "notes": dict(checker.findings.notes),
        "protectionMillis": {purpose: spread(times) for purpose, times in protection_times(checker).items()},
        "exposedMillis": spread(Exposure(checker, None).times()),
        "unmanagedMillis": None if alone is None else spread(alone),
        "halts": halt_times(checker),
    }


def open_at_end(checker):
    """Orders left, but for the stops and targets that are for what their intent has open,
    and dust that they take along."""
    executor, venue = set(checker.executor.open), {checker.venue.orders[it].client for it in checker.venue.open}
    resting = set()
    for intent in checker.executor.guarding.values():
        rest = intent.open_quantity
        dust = checker.executor.dust_for(intent)
        for purpose in PROTECTIVE:
            legs = [name for name in intent.orders if checker.executor.orders[name].purpose == purpose]
            legs = [name for name in legs if name in executor and name in venue]
            rests = [checker.venue.orders[checker.venue.clients[name]].rest for name in legs]
            if rests and rest <= sum(rests) <= rest + dust:
                resting |= set(legs)
    return {
        "executor": len(executor - resting),
        "venue": len(venue - resting),
        "protective": len(resting),
    }


def millis(nanos):
    return None if nanos is None else round(nanos / MILLI, 3)


def spread(nanos):
    """Count, median, 99 % quantile and largest, ms."""
    return {
        "count": len(nanos),
        "p50": millis(quantile(nanos, 0.5)),
        "p99": millis(quantile(nanos, 0.99)),
        "max": millis(max(nanos, default=None)),
    }


def summary(result):
    """For people."""
    rows = ", ".join(f"{name} {count}" for name, count in result["rows"].items() if count)
    lines = [
        f"rows: {rows}",
        "checked: " + ", ".join(f"{name} {count}" for name, count in result["checked"].items()),
    ]
    for name, what in INVARIANTS.items():
        count = result["byInvariant"][name]
        verdict = (
            f"{count} VIOLATIONS" if count else "not checked" if name in result["unchecked"] else "holds"
        )
        why = f" ({result['unchecked'][name]})" if name in result["unchecked"] else ""
        lines.append(f"{name:4}{verdict:>14}  {what}{why}")
    counts = ", ".join(f"{rule} {count}" for rule, count in result["exercised"].items())
    lines.append(f"judged: {counts}")
    if result["unexercised"]:
        lines.append(f"JUDGED NOTHING: {', '.join(result['unexercised'])}")
    for violation in result["violations"][:50]:
        lines.append(f"  {violation['invariant']}: {violation['text']}")
    if result["violationCount"] > 50:
        lines.append(
            f"  … {result['violationCount']} in all; --json has the first {len(result['violations'])}"
        )
    for purpose, times in result["protectionMillis"].items():
        if times["count"]:
            lines.append(
                f"fill to {purpose} at the venue: p50 {times['p50']} ms, p99 {times['p99']} ms of"
                f" {times['count']}"
            )
    bare = result["exposedMillis"]
    if bare["count"]:
        lines.append(
            f"positions without a whole stop at the venue: p50 {bare['p50']} ms, p99 {bare['p99']} ms, max"
            f" {bare['max']} ms of {bare['count']}"
        )
    unmanaged = result["unmanagedMillis"]
    if unmanaged and unmanaged["count"]:
        lines.append(
            f"orders without an executor: p50 {unmanaged['p50']} ms, p99 {unmanaged['p99']} ms of"
            f" {unmanaged['count']}"
        )
    return "\n".join(lines + halt_lines(result["halts"]))


def halt_lines(halts):
    """Times of all halts, and of those under the same circumstances; single ones are in the JSON."""
    groups = {"all": halts}
    for halt in halts:
        groups.setdefault(halt["halt"], []).append(halt)
    lines = []
    for label, group in groups.items():
        if not group:
            continue
        texts = []
        for name, words in (
            ("latchMillis", "latch"),
            ("lastCancelMillis", "last cancel"),
            ("noOrdersMillis", "no order left"),
        ):
            times = sorted(halt[name] for halt in group if halt.get(name) is not None)
            if times:
                texts.append(f"{words} p50 {quantile(times, 0.5)} p99 {quantile(times, 0.99)} ({len(times)})")
        lines.append(f"halt, {label}: {len(group)}; ms from the command: " + ", ".join(texts))
    return lines
