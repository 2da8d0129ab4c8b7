import Journal
import Records
import Wire

/// Whose journal a `MemoryJournalStore` holds and which incarnation it is: the body of an opening's frame.
struct MemoryHead {
  var identity: JournalIdentity
  var durability: Durability
  var epoch: UInt32
  var lineage: UInt64
  var fileID: FileID

  func encoded() -> [UInt8] {
    var buffer = ByteBuffer(capacity: 256)
    buffer.append(epoch)
    buffer.append(lineage)
    buffer.append(durability.rawValue)
    buffer.append(identity.schemaVersion)
    fileID.append(to: &buffer)
    let texts = [identity.colony, identity.component, identity.kind, identity.mode, identity.account]
    for text in texts {
      buffer.append(UInt32(text.utf8.count))
      buffer.append(Array(text.utf8))
    }
    return buffer.bytes.copiedBytes()
  }

  /// Nil for bytes that are none.
  init?(_ bytes: RawSpan) {
    var reader = StateReader(bytes)
    do throws(TurnRefusal) {
      epoch = try reader.read()
      lineage = try reader.read()
      let rawDurability: Int64 = try reader.read()
      let schema: Int32 = try reader.read()
      let high: UInt64 = try reader.read()
      fileID = FileID(high: high, low: try reader.read())
      var texts: [String] = []
      for _ in 0..<5 { texts.append(String(decoding: try reader.readBytes(), as: UTF8.self)) }
      try reader.finish()
      guard let durability = Durability(rawValue: rawDurability), schema >= 1 else { return nil }
      self.durability = durability
      identity = JournalIdentity(
        colony: texts[0], component: texts[1], kind: texts[2], schemaVersion: schema, mode: texts[3],
        account: texts[4])
    } catch {
      return nil
    }
  }

  init(
    identity: JournalIdentity, durability: Durability, epoch: UInt32, lineage: UInt64, fileID: FileID
  ) {
    self.identity = identity
    self.durability = durability
    self.epoch = epoch
    self.lineage = lineage
    self.fileID = fileID
  }

  func hash(_ chain: TurnChain) -> Digest {
    let bytes = encoded()
    // The array lives through the call.
    return chain.seal { $0.add(unsafe bytes.span.bytes) }
  }
}
