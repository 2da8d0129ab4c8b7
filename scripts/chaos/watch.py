"""Listens to a running colony: who beats, how the session stands, whether orders go out."""

import struct
import time

import zmq

HEARTBEAT, SESSION_STATE, EXECUTION_REPORT = 83, 88, 41
PENDING_NEW = 11
READY, LIVE = 2, 3
STATES = {1: "starting", 2: "ready", 3: "live", 4: "degraded", 5: "quarantined", 6: "stopping", 7: "finished"}
SESSIONS = {1: "startup", 2: "ready", 3: "live", 4: "degraded", 5: "failsafe", 6: "shutdown"}
# Sources/Wire/messages.xml: the SBE header, then the envelope, then the message's own fields.
HEADER = struct.Struct("<HHHH")
ENVELOPE = struct.Struct("<HHIQq")
ENVELOPE_AT = 8
BODY_AT = 56
HEARTBEAT_STATE_AT = BODY_AT + 3
SESSION_STATE_AT = BODY_AT + 8
EXEC_TYPE_AT = BODY_AT + 52
SHORTEST = BODY_AT + 43
"""No shorter frame is one of the messages listened to."""


class Member:
    """What was last heard of a component."""

    def __init__(self):
        self.epoch = 0
        self.state = None
        self.heard = 0.0
        """Monotonic time of its last beat."""
        self.well_since = 0
        """Wall time at which this incarnation was first ready or live, ns."""

    @property
    def is_well(self):
        return self.state in (READY, LIVE)


class Watch:
    """One SUB socket for all. Belongs to one thread; `listen` must be called often."""

    def __init__(self, plan):
        self.plan = plan
        self.members = {name: Member() for name in plan.components}
        self.session = None
        self.orders = 0
        self.last_order = 0
        """Wall time at which the executor last told of an order about to be sent, ns."""
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.RECONNECT_IVL, 20)
        self.socket.setsockopt(zmq.RECONNECT_IVL_MAX, 100)
        for topic in (b"colony.heartbeat.", b"colony.session.", b"execution.report."):
            self.socket.subscribe(topic)
        for name in plan.components:
            self.socket.connect(f"tcp://{plan.address(name)}:{plan.ports(name)[0]}")

    def close(self):
        self.socket.close()
        self.context.term()

    def listen(self, seconds):
        """Takes in what comes within so many seconds, and returns early once something has come."""
        if not self.socket.poll(max(seconds, 0) * 1000):
            return
        for _ in range(10_000):
            try:
                parts = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            if len(parts) == 2 and len(parts[1]) > SHORTEST:
                self.take(parts[1])

    def pause(self, seconds):
        """Listens for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.listen(left)

    def take(self, frame):
        _, template, schema, _ = HEADER.unpack_from(frame)
        sender, _, epoch, _, sent = ENVELOPE.unpack_from(frame, ENVELOPE_AT)
        name = self.plan.names.get(sender)
        if schema != 1 or name is None:
            return
        if template == HEARTBEAT:
            self.beat(self.members[name], epoch, frame[HEARTBEAT_STATE_AT])
        elif template == SESSION_STATE:
            self.session = SESSIONS.get(frame[SESSION_STATE_AT])
        elif template == EXECUTION_REPORT and frame[EXEC_TYPE_AT] == PENDING_NEW:
            self.orders += 1
            self.last_order = sent

    def beat(self, member, epoch, state):
        if epoch < member.epoch:
            return
        if epoch > member.epoch:
            member.epoch, member.well_since = epoch, 0
        member.state, member.heard = state, time.monotonic()
        if member.is_well and not member.well_since:
            member.well_since = time.time_ns()

    def standing(self):
        """For people."""
        now = time.monotonic()
        words = [
            (
                f"{name} {STATES.get(member.state, 'unheard')} (epoch {member.epoch}, heard "
                f"{now - member.heard:.1f} s ago)"
                if member.heard
                else f"{name} unheard"
            )
            for name, member in self.members.items()
        ]
        return f"session {self.session}; " + ", ".join(words)
