"""The parts of a topology file that the chaos driver needs, read without the programs under test."""

import json
import re

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"""
    r"""|(?P<sign>[{}\[\],:])""",
    re.S,
)
WORDS = {"true": "true", "false": "false", "null": "null"}


def read_json5(text):
    """JSON5 as our topologies use it: comments, bare keys, trailing commas, both quotes."""
    parts, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if not match:
            raise ValueError(
                f"line {text.count(chr(10), 0, place) + 1}: {text[place:place + 20]!r} is no JSON5"
            )
        place = match.end()
        kind, token = match.lastgroup, match.group()
        if kind == "space":
            continue
        if kind == "name":
            token = WORDS.get(token) or json.dumps(token)
        elif kind == "text" and token[0] == "'":
            token = json.dumps(token[1:-1].replace("\\'", "'"))
        elif kind == "number":
            token = json.dumps(float(token) if re.search(r"[.eE]", token) else int(token))
        elif token in "}]" and parts and parts[-1] == ",":
            parts.pop()
        parts.append(token)
    return json.loads("".join(parts))


class Plan:
    """Who is where, who reaches whom over which address, and what is allowed."""

    LINKS = (("risk", "executor"), ("signal", "risk"), ("executor", "venue"), ("executor", "queen"))
    """The links that may be cut."""

    def __init__(self, path, port_base):
        self.topology = read_json5(path.read_text())
        self.port_base = port_base
        self.components = self.topology["components"]
        self.hosts = list(self.topology["hosts"])
        self.colony = self.topology["colony"]
        self.names = {entry["number"]: name for name, entry in self.components.items()}

    def number(self, component):
        return self.components[component]["number"]

    def ports(self, component):
        """Where it publishes, and where it takes requests."""
        control = self.port_base + 2 * self.number(component)
        return control - 1, control

    def host(self, component):
        return self.components[component]["host"]

    def address(self, component):
        return self.topology["hosts"][self.host(component)]["address"]

    def routes(self):
        """What the proxies forward: by link, listening address, target address and port."""
        routes = {}
        for one, other in self.LINKS:
            found = []
            for target, caller in ((one, other), (other, one)):
                seen = self.components[target].get("endpoints", {}).get(self.host(caller))
                if seen and seen != self.address(target):
                    found += [[seen, self.address(target), port] for port in self.ports(target)]
            if found:
                routes[f"{one}-{other}"] = found
        return routes

    def rules(self, settle_millis=1500):
        """The executor's caps, as the checker takes them."""
        executor = self.components["executor"]
        account = executor["account"]
        limits = self.topology["limits"][account]
        settings = executor.get("settings", {})
        numbers = {name: str(entry["number"]) for name, entry in self.topology["instruments"].items()}
        caps = lambda key: {
            numbers[name]: str(quantity)
            for name, quantity in {**limits[key], **settings.get(key, {})}.items()
        }
        terms = lambda key: {
            str(entry["number"]): str(entry[key])
            for entry in self.topology["instruments"].values()
            if key in entry
        }
        return {
            "account": self.topology["accounts"][account]["number"],
            "maxPosition": caps("maxPosition"),
            "maxOrderQuantity": caps("maxOrderQuantity"),
            "maxOpenOrders": 200,
            "settleMillis": settle_millis,
            "tickSize": terms("tickSize"),
            "makerFeeBps": terms("makerFeeBps"),
            "takerFeeBps": terms("takerFeeBps"),
            "closesOwnerless": settings.get("ownerless", "keep") == "close",
            "permitLifeSeconds": self.permit_life,
            "venueHasStops": self.components["venue"]["settings"].get("stopOrders", True),
        }

    @property
    def permit_life(self):
        """Seconds."""
        return self.components["queen"].get("settings", {}).get("permitLifeSeconds", 5)
