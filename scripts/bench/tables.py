"""The figures of a measurement as tables for people, in Markdown, as docs/BENCHMARKS.md shows them."""

import statistics

TURNS_SHOWN = 50
"""Sorts of turns that are less frequent than this are left to the JSON file."""
BUSY_LOAD = 0.5
"""Load of a core, before the measurement began, from which on others' work shows in the latencies."""
HOUSEKEEPING = {"heartbeat", "sessionState", "connectorHealth", "permit", "wake"}
"""Turns that only these brought about and that sent nothing are left to it too."""


def text(result):
    parts = [
        machine(result["machine"]),
        tick_to_venue(result),
        hops(result),
        codec(result["codec"]),
        cores(result["cores"]),
        processes(result),
        journal(result["journal"]),
    ]
    return "\n\n".join(parts)


def table(title, head, rows):
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in [head] + rows) for place in range(len(head))]
    line = lambda cells: "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([f"### {title}", "", line(head), rule] + [line(row) for row in rows])


def machine(facts):
    line = (
        f"{facts['cores']} cores ({facts['processor']}), {facts['memoryGB']} GB, Linux {facts['kernel']},\n"
        f"libzmq {facts['libzmq']}, load {facts['loadBefore']:.1f} before and {facts['loadAfter']:.1f} after."
    )
    if facts["loadBefore"] > BUSY_LOAD * facts["cores"]:
        line += "\nThe machine was busy with other work: latencies and their ratios are indicative at most."
    return line


def middle(values):
    """Median and spread."""
    values = list(values)
    if len(values) == 1:
        return f"{values[0]:.0f}"
    return f"{statistics.median(values):.0f} ({min(values):.0f}–{max(values):.0f})"


RELAYS = [("relay", "C relay chain, same frames"), ("single", "C relay chain, one order a tick")]


def tick_to_venue(result):
    pairs = result["pairs"]
    row = lambda name, figures: [name, sum(figure["count"] for figure in figures)] + [
        middle(figure[rank] for figure in figures) for rank in RANKS]
    rows = [row("Waggle, journal `process`", [pair["waggle"]["tickToVenue"] for pair in pairs])]
    for shape, name in RELAYS:
        rows.append(row(name, [pair[shape]["tickToVenue"] for pair in pairs]))
    for shape, name in RELAYS:
        found = result["ratios"][shape]
        rows.append([f"ratio to {name.split(', ')[1]}", ""] + [spread(found[rank]) for rank in RANKS])
    if "power" in result:
        rows.append(row("Waggle, journal `power`", [result["power"]["waggle"]["tickToVenue"]]))
    load = pairs[0]["load"]["relay"]
    title = (
        f"Tick to venue, µs, {load['ticksPerSecond']:.0f} targets a second of {load['cancels']} cancels and "
        f"{load['orders']} orders; median of {len(pairs)} (least–largest)")
    return table(title, ["", "orders", "p50", "p99", "p99.9"], rows)


RANKS = ["p50", "p99", "p999"]


def spread(ratio):
    if ratio["min"] == ratio["max"]:
        return f"{ratio['median']:.2f}"
    return f"{ratio['median']:.2f} ({ratio['min']:.2f}–{ratio['max']:.2f})"


def hops(result):
    pairs = result["pairs"]
    rows = []
    for hop in pairs[0]["relay"]["perHop"]:
        row = [hop]
        for who in ["waggle", "relay"]:
            figures = [pair[who]["perHop"][hop] for pair in pairs]
            row += [middle(figure[rank] for figure in figures) for rank in ["p50", "p99"]]
        rows.append(row)
    return table("Hops, µs from sending to receipt", ["", "Waggle p50", "p99", "relay p50", "p99"], rows)


def codec(figures):
    cell = lambda figure: f"{figure['median']:.1f} ({figure['min']:.1f}–{figure['max']:.1f})"
    rows = [
        [row["message"], row["bytes"]]
        + [cell(row[name]) for name in ["encode", "encodeInC", "decode", "decodeInC"]]
        for row in figures
    ]
    head = ["", "bytes", "encode", "by hand in C", "decode", "by hand in C"]
    return table("Codecs, processor ns a message, median (least–largest)", head, rows)


def cores(figures):
    rows = []
    for core in figures["cores"]:
        for sort in core["turns"]:
            taken, sent = sort["turn"].split(" → ")
            if sort["turns"] < TURNS_SHOWN or (sent == "nothing" and set(taken.split("+")) <= HOUSEKEEPING):
                continue
            rows.append([
                core["component"], sort["turn"].replace("+", " + "), f"{100 * sort['share']:.0f} %",
                f"{sort['nanosP50'] / 1e3:.2f}", f"{sort['nanosP99'] / 1e3:.2f}",
                f"{sort['allocationsPerTurn']:.2f}", f"{sort['factsPerTurn']:.1f}",
            ])
    head = ["core", "turn: taken in → sent", "turns", "µs p50", "µs p99", "allocations", "facts"]
    clock = figures["clockNanos"]
    return table(f"Core turns in steady state (reading the clock: {clock} ns of each)", head, rows)


def processes(result):
    trading = [pair["processes"] for pair in result["pairs"]]
    rows = []
    for name in sorted(result["atRest"]):
        rest = result["atRest"][name]
        busy = [used[name] for used in trading if name in used]
        row = [name, f"{rest['cpuPercent']:.1f}", f"{rest['residentBytes'] / 1e6:.1f}"]
        if busy:
            row += [f"{statistics.median(used['cpuPercent'] for used in busy):.1f}",
                    f"{max(used['residentBytes'] for used in busy) / 1e6:.1f}"]
        row += [""] * (5 - len(row))
        if "allocationsPerMessage" in result:
            row.append(f"{result['allocationsPerMessage'][name]:.1f}")
        rows.append(row)
    head = ["process", "ready: % of a core", "resident MB", "trading: % of a core", "resident MB"]
    if "allocationsPerMessage" in result:
        head.append("allocations a message received")
    return table("Processes", head, rows)


def journal(figures):
    rows = []
    for name in ["process", "power"]:
        figure = figures[name]
        stall = figure["checkpointMillis"]
        rows.append([
            f"`{name}`", f"{figure['turnsPerSecond']['median']:.0f}",
            f"{figure['turnMicrosP50']['median']:.1f}", f"{figure['turnMicrosP99']['median']:.1f}",
            f"{stall['median']:.1f} ({stall['min']:.1f}–{stall['max']:.1f})" if stall else "none due",
        ])
    head = ["durability", "turns/s", "turn µs p50", "p99", "checkpoint ms"]
    return table("Journal, one fact of 200 bytes and one mark a turn", head, rows)
