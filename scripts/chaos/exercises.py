"""The rules a check applies, and how often each of them judged something: a rule that saw nothing proves nothing."""

RULES = {
    "I1.order": "accepted orders held against their journaled creation",
    "I2.entry": "entries of intents",
    "I3.fill": "fills held against the venue's trades",
    "I3.fee": "fees held against the topology's rates",
    "I3.confirmed": "trades that the executor called complete",
    "I4.end": "ends of intents held against the next hop's",
    "I4.price": "ends of intents whose price was held against their entry's fills",
    "I5.position": "instruments whose position and cash were compared",
    "I6.cap": "changes of what an instrument may become, held against its cap",
    "I7.permit": "orders held against a permit",
    "I7.grant": "permits held against the queen's grants",
    "I7.holder": "grants held against the holder before",
    "I8.epoch": "orders accepted in a later incarnation of the executor than its first",
    "I9.leg": "stops and targets looked for at quiet moments",
    "I10.order": "orders made while something was halted, which had to be outside its scope or no entry",
    "I10.cancel": "orders that a halt had to take back, by the venue's log",
    "I10.latch": "halts of queen and commands, which the executor must have latched",
    "I11.risk": "intents at risk held against their signal",
    "I11.executor": "intents at the executor held against risk's",
    "I11.entry": "entries held against their intent",
    "I11.stop": "stops held against their intent",
    "I11.target": "targets held against their intent",
    "I11.fill": "trades held against the limit, side and instrument of their order",
    "I12.ended": "orders declared ended, which the venue must have ended by then",
    "I12.notPlaced": "orders declared not placed, which the venue must never have accepted",
    "I12.intent": "ends of intents, before which the venue must have ended their entry",
    "I12.expiry": "entries, which the venue may not have for long after their expiry",
    "I13.stop": "positions with a stop, whose time without a whole one at the venue is bounded",
    "I14.exit": "changes at the venue after which what can close was held against what is open",
    "I14.close": "orders of a flattening, held against the venue's position when it took them",
    "I14.reduce": "trades of reduce-only orders, which must make the position smaller",
}

SIGNALLED = {"I11.risk", "I11.executor", "I4.end"}
"""Rules that need the journals of signal and risk."""


def known(name):
    """A rule's name from a command line."""
    if name not in RULES:
        raise ValueError(f"there is no rule {name!r}; there are {', '.join(RULES)}")
    return name
