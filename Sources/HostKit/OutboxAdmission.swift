/// What the turn's durable sendings are called in the journal's outbox.
struct OutboxAdmission {
  /// In the order of the sendings; nil for those that found no room.
  var admitted: [UInt64?] = []
  /// The newest key. It rises for the life of the journal: each epoch begins above all earlier ones.
  private(set) var lastKey: UInt64

  init(lastKey: UInt64) { self.lastKey = lastKey }

  mutating func admit() {
    lastKey += 1
    admitted.append(lastKey)
  }

  mutating func refuse() { admitted.append(nil) }
}
