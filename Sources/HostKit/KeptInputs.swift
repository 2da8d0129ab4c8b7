import ActorKit
import Records
import Wire

/// What a driver has given to its host, kept as bytes for a rerun: everything that a turn's outcome depends
/// on, and what it led to. `HostInput` reads it.
///
/// Off until `HostCore.keepInputs`, and then without any cost but the look whether it is on. A driver takes
/// the bytes out after each turn. Bound: what one turn may take in, `HostCore.batchLimit` frames of each way.
package struct KeptInputs: ~Copyable {
  package private(set) var isOn = false
  /// What the last turn led to, and all turns up to it.
  package private(set) var hash = TurnHash()
  package private(set) var chain: UInt64 = 0
  private var buffer = ByteBuffer(capacity: 0)
  /// Messages since the last `take` for which the crash marks were asked.
  private var askedCount: UInt32 = 0
  /// Bytes that are in the last hash, and a number of those taken out that came after it.
  private var hashedCount = 0
  private var carried: UInt64 = 0

  init() {}

  /// From now on; the chain begins with the state that the first turn finds.
  mutating func begin(chain: UInt64) {
    isOn = true
    self.chain = chain
  }

  /// The bytes since the last call.
  mutating func take() -> [UInt8] {
    let bytes = buffer.bytes.copiedBytes()
    guard !bytes.isEmpty else { return bytes }
    var rest = ByteHash()
    rest.add(bytes.span.bytes.extracting(hashedCount..<bytes.count))
    carried = rest.value
    hashedCount = 0
    askedCount = 0
    buffer.removeAll()
    return bytes
  }
}

// MARK: - Times and figures

extension KeptInputs {
  mutating func clocks(boot: Int64, wall: Int64) { note(.clocks, boot, wall) }
  mutating func start(boot: Int64, wall: Int64) { note(.start, boot, wall) }
  mutating func begin(boot: Int64, wall: Int64) { note(.begin, boot, wall) }
  mutating func last(boot: Int64, wall: Int64) { note(.last, boot, wall) }

  mutating func usage(_ usage: ProcessFigures?) {
    guard isOn else { return }
    append(.usage)
    append(usage != nil)
    guard let usage else { return }
    buffer.append(usage.residentBytes)
    buffer.append(usage.cpuNanos)
  }

  mutating func counters(_ report: CounterReport) {
    guard isOn else { return }
    append(.counters)
    buffer.append(UInt32(report.entries.count))
    for entry in report.entries {
      append(entry.name)
      buffer.append(entry.value)
    }
  }

  mutating func end(hasReadAll: Bool) {
    guard isOn else { return }
    append(.end)
    append(hasReadAll)
  }

  mutating func took(nanos: Int64) {
    guard isOn else { return }
    append(.took)
    buffer.append(nanos)
  }

  private mutating func note(_ code: HostInput.Code, _ boot: Int64, _ wall: Int64) {
    guard isOn else { return }
    append(code)
    buffer.append(boot)
    buffer.append(wall)
  }
}

// MARK: - Arrivals

extension KeptInputs {
  mutating func fromLink(_ index: Int, _ frame: RawSpan, _ arrival: Arrival) {
    guard isOn else { return }
    append(.fromLink)
    buffer.append(UInt32(index))
    append(frame)
    append(arrival)
  }

  mutating func fromCaller(_ caller: RawSpan, isDelimited: Bool, _ frame: RawSpan, _ arrival: Arrival) {
    guard isOn else { return }
    append(.fromCaller)
    append(caller)
    append(isDelimited)
    append(frame)
    append(arrival)
  }

  mutating func published(topic: RawSpan, _ frame: RawSpan, isMarket: Bool, _ arrival: Arrival) {
    guard isOn else { return }
    append(.published)
    append(topic)
    append(frame)
    append(isMarket)
    append(arrival)
  }

  mutating func fromDevice(_ frame: RawSpan, _ arrival: Arrival) {
    guard isOn else { return }
    append(.fromDevice)
    append(frame)
    append(arrival)
  }

  mutating func deviceEnd() {
    guard isOn else { return }
    append(.deviceEnd)
  }

  mutating func malformed() {
    guard isOn else { return }
    append(.malformed)
  }

  mutating func rows(_ rows: [ReplayQueue.Row], trouble: String?) {
    guard isOn else { return }
    append(.rows)
    append(trouble != nil)
    if let trouble { append(trouble) }
    buffer.append(UInt32(rows.count))
    for (row, body) in rows {
      buffer.append(row.sequence)
      buffer.append(row.epoch)
      buffer.append(row.atNanos)
      buffer.append(row.kind)
      buffer.append(row.correlationHigh)
      buffer.append(row.correlationLow)
      append(body.span.bytes)
    }
  }
}

// MARK: - Answers and outcomes

extension KeptInputs {
  /// The crash marks were asked for a message; only a refusal is worth a word.
  mutating func asked(isAdmitted: Bool) {
    guard isOn else { return }
    if !isAdmitted {
      append(.poisoned)
      buffer.append(askedCount)
    }
    askedCount += 1
  }

  mutating func refused(effect: Int, _ reason: NotSent) {
    guard isOn else { return }
    append(.refused)
    buffer.append(UInt32(effect))
    buffer.append(reason.rawValue)
  }

  /// What the turn has led to; what it was given is added here.
  mutating func hash(_ led: TurnHash) {
    var given = ByteHash()
    given.add(carried)
    given.add(buffer.bytes)
    hash = led
    hash.given = given.value
    chain = hash.chained(after: chain)
    append(.hash)
    for part in hash.parts + [chain] { buffer.append(part) }
    hashedCount = buffer.count
  }

  private mutating func append(_ code: HostInput.Code) { buffer.append(code.rawValue) }

  private mutating func append(_ value: Bool) { buffer.append(value ? UInt8(1) : 0) }

  private mutating func append(_ bytes: RawSpan) {
    buffer.append(UInt32(bytes.byteCount))
    buffer.append(bytes)
  }

  private mutating func append(_ text: String) { append(Array(text.utf8).span.bytes) }

  private mutating func append(_ arrival: Arrival) {
    buffer.append(arrival.wallNanos)
    switch arrival.principal {
    case .unknown: append(false)
    case .component(let number):
      append(true)
      buffer.append(number)
    }
  }
}
