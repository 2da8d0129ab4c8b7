"""What must be so when nothing has happened for a while: every position has its stop and target at the venue."""

from executor_gates import quantity_text


class QuietMoment:
    """A time before the newest exports were made, and what they show of it."""

    def __init__(self, checker, now):
        self.rules, self.findings, self.checked = checker.rules, checker.findings, checker.checked
        self.executor, self.venue, self.now = checker.executor, checker.venue, now

    def judge(self):
        log, now = self.executor, self.now
        agreed = [at for at, epoch in log.agreed if epoch == log.epoch] or (
            [] if log.agreed else [log.epoch_begins.get(log.epoch, now)]
        )
        if not agreed or agreed[0] > now - self.rules.settle:
            self.findings.note("protection not judged: the executor had just begun")
            return
        for intent in list(log.guarding.values()):
            open_quantity = intent.open_quantity
            orders = [
                self.venue.orders[self.venue.clients[name]]
                for name in intent.orders
                if name in self.venue.clients
            ]
            active = max([intent.active_at] + [order.active_at for order in orders])
            if active > now - self.rules.settle:
                self.findings.note("protection not judged: something had just happened")
            elif intent.is_protected_no_more or open_quantity <= 0:
                if intent.ended:
                    # A late fill of its entry puts it back.
                    del log.guarding[intent.id]
            elif log.is_panicked(intent.terms["strategy"], intent.instrument):
                self.findings.note("protection not judged: a person had panicked")
            elif intent.is_triggered or intent.instrument in log.flattening:
                self.findings.note("protection not judged: the position was being closed")
            elif any(name in log.open and name not in self.venue.clients for name in intent.orders):
                self.findings.note("protection not judged: an order was on its way or in doubt")
            else:
                self._check_legs(intent, open_quantity)

    def _check_legs(self, intent, open_quantity):
        dust, wanted = self.executor.dust_for(intent), []
        if intent.has_stop and self.rules.venue_has_stops:
            wanted.append("stopLoss")
        if intent.has_target:
            wanted.append("takeProfit")
        for purpose in wanted:
            working = 0
            for name in intent.orders:
                if self.executor.orders[name].purpose == purpose and name in self.venue.clients:
                    working += self.venue.orders[self.venue.clients[name]].rest
            self.checked["protections"] += 1
            self.findings.judged("I9.leg")
            # The newest takes along what was left to nobody.
            if not open_quantity <= working <= open_quantity + dust:
                self.findings.violation(
                    "I9",
                    f"executor {intent.seq}: intent {intent.id} has {quantity_text(open_quantity)} open, and "
                    f"{purpose} orders for {quantity_text(working)} work at the venue",
                )
