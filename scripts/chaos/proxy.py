#!/usr/bin/env python3
"""Forwards TCP connections between the hosts of a colony, and cuts the links on command.

    proxy.py ROUTES        ROUTES is JSON: { "risk-executor": [["127.0.1.1", "127.0.0.1", 26820], …], … }

Each route listens at the first address and the port and forwards to the second. Commands come as lines, each
answered by `ok`:

    cut LINK drop      connections are reset, new ones refused: as if the other host had been switched off
    cut LINK hold      nothing goes through, nothing is closed, and what was sent arrives after healing
    heal LINK
    target ADDRESS TO  what listens at this address forwards to that one from now on; connections are reset

Ends when its standard input ends. Bound: 256 kB are kept per connection and direction, then the sender waits.
"""

import json
import os
import selectors
import socket
import struct
import sys

CHUNK = 65536
MOST_KEPT = 262144
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER so that closing resets."""


class Route:
    """Where connections are taken, and where they lead."""

    def __init__(self, address, target, port):
        self.address, self.target, self.port = address, target, port
        self.listener = None


class End:
    """One side of a connection."""

    def __init__(self, link, route, connection):
        self.link = link
        self.route = route
        self.socket = connection
        self.peer = None
        self.waiting = bytearray()
        self.is_connecting = False
        self.is_finished = False


class Link:
    def __init__(self, name):
        self.name = name
        self.mode = None
        self.routes = []
        self.ends = set()
        self.held = []


class Proxy:
    def __init__(self, routes):
        self.selector = selectors.DefaultSelector()
        self.links = {}
        for name, entries in routes.items():
            link = self.links[name] = Link(name)
            link.routes = [Route(*entry) for entry in entries]
            self.listen(link)

    # Listening.

    def listen(self, link):
        for route in link.routes:
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((route.address, route.port))
            listener.listen(64)
            listener.setblocking(False)
            self.selector.register(listener, selectors.EVENT_READ, ("accept", link, route))
            route.listener = listener

    def accept(self, listener, link, route):
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # It went away before it was taken.
        connection.setblocking(False)
        if link.mode == "hold":
            # The caller believes to be connected. Bound: as many as call while the link is cut.
            link.held.append((connection, route))
            return
        self.join(link, connection, route)

    def join(self, link, connection, route):
        near = End(link, route, connection)
        far = End(link, route, socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        near.peer, far.peer = far, near
        far.socket.setblocking(False)
        for end in (near, far):
            end.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.ends |= {near, far}
        far.is_connecting = far.socket.connect_ex((route.target, route.port)) != 0
        self.watch(near)
        self.watch(far)

    # Forwarding.

    def watch(self, end):
        """Reads while the other side keeps up, writes while there is something to write."""
        events = 0
        if end.link.mode is None:
            if not end.is_finished and not end.is_connecting and len(end.peer.waiting) < MOST_KEPT:
                events |= selectors.EVENT_READ
            if end.waiting or end.is_connecting:
                events |= selectors.EVENT_WRITE
        key = self.selector.get_map().get(end.socket)
        if key is None:
            if events:
                self.selector.register(end.socket, events, ("end", end, None))
        elif not events:
            self.selector.unregister(end.socket)
        elif key.events != events:
            self.selector.modify(end.socket, events, ("end", end, None))

    def turn(self, end, events):
        if events & selectors.EVENT_WRITE and not self.write(end):
            return
        if events & selectors.EVENT_READ and not self.read(end):
            return
        self.watch(end)
        self.watch(end.peer)

    def write(self, end):
        if end.is_connecting:
            if end.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return self.close(end)
            end.is_connecting = False
        try:
            sent = end.socket.send(end.waiting) if end.waiting else 0
        except BlockingIOError:
            return True
        except OSError:
            return self.close(end)
        del end.waiting[:sent]
        if end.peer.is_finished and not end.waiting:
            return self.close(end)
        return True

    def read(self, end):
        try:
            chunk = end.socket.recv(CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return self.close(end)
        if not chunk:
            end.is_finished = True
            return True if end.peer.waiting else self.close(end)
        end.peer.waiting += chunk
        return True if end.peer.is_connecting else self.write(end.peer)

    def close(self, end, is_reset=False):
        for side in (end, end.peer):
            if side.socket in self.selector.get_map():
                self.selector.unregister(side.socket)
            if is_reset and side.socket.fileno() >= 0:
                side.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            side.socket.close()
            side.link.ends.discard(side)
        return False

    # Cutting.

    def cut(self, link, mode):
        self.heal(link)
        link.mode = mode
        if mode == "drop":
            for route in link.routes:
                self.selector.unregister(route.listener)
                route.listener.close()
            self.reset(link, link.routes)
        else:
            for end in link.ends:
                self.watch(end)

    def heal(self, link):
        mode, link.mode = link.mode, None
        if mode == "drop":
            self.listen(link)
        for connection, route in link.held:
            self.join(link, connection, route)
        link.held = []
        for end in list(link.ends):
            self.watch(end)

    def reset(self, link, routes):
        for end in list(link.ends):
            # Closing one side closes the other.
            if end in link.ends and end.route in routes:
                self.close(end, is_reset=True)

    def target(self, address, to):
        """Whether anything listens at the address."""
        is_known = False
        for link in self.links.values():
            routes = [route for route in link.routes if route.address == address]
            for route in routes:
                route.target = to
            self.reset(link, routes)
            is_known = is_known or bool(routes)
        return is_known

    def command(self, line):
        words = line.split()
        if len(words) == 3 and words[0] == "target" and self.target(*words[1:]):
            return "ok"
        link = self.links.get(words[1]) if len(words) > 1 else None
        if link and words[0] == "cut" and words[2:] in (["drop"], ["hold"]):
            self.cut(link, words[2])
        elif link and words == ["heal", link.name]:
            self.heal(link)
        else:
            return f"no such command: {line}"
        return "ok"

    def run(self):
        os.set_blocking(0, False)
        self.selector.register(0, selectors.EVENT_READ, ("command", None, None))
        kept = b""
        while True:
            for key, events in self.selector.select():
                sort, what, more = key.data
                if sort == "accept":
                    self.accept(key.fileobj, what, more)
                elif sort == "end":
                    # Its other side may have been closed in this round.
                    if what in what.link.ends:
                        self.turn(what, events)
                else:
                    chunk = os.read(0, 4096)
                    if not chunk:
                        return
                    *lines, kept = (kept + chunk).split(b"\n")
                    for line in lines:
                        print(self.command(line.decode()), flush=True)


def main():
    proxy = Proxy(json.loads(sys.argv[1]))
    print("ok", flush=True)
    proxy.run()


if __name__ == "__main__":
    main()
