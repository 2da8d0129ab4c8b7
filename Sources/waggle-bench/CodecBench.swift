import CCodecYardstick
import JSON5
import Wire

/// Nanoseconds to encode and to decode six messages, the generated codecs and C by hand in turn.
///
/// Before anything is timed both sides encode all values and decode each other's frames: bytes and sums must
/// be the same, or the figures would compare different work.
struct CodecBench {
  enum Subject: String, CaseIterable {
    case newOrder = "NewOrder"
    case topOfBook = "TopOfBook"
    case marketMetrics = "MarketMetrics"
    case quoteSignal = "QuoteSignal 3+3"
    case targetQuotes = "TargetQuotes 3+3"
    case bookDelta = "BookDelta 10+10"

    var yardstick: yardstick_message {
      switch self {
      case .newOrder: yardstick_new_order
      case .topOfBook: yardstick_top_of_book
      case .marketMetrics: yardstick_market_metrics
      case .quoteSignal: yardstick_quote_signal
      case .targetQuotes: yardstick_target_quotes
      case .bookDelta: yardstick_book_delta
      }
    }
  }

  struct Figures {
    let subject: Subject
    var bytes = 0
    var encode = Samples()
    var encodeInC = Samples()
    var decode = Samples()
    var decodeInC = Samples()
  }

  let rounds: Int
  let operations: Int
  private let samples = WireSamples()

  init(rounds: Int, operations: Int) {
    self.rounds = rounds
    self.operations = operations
    yardstick_prepare()
  }

  func run() -> [Figures] {
    var figures = Subject.allCases.map { Figures(subject: $0) }
    for place in figures.indices { figures[place].bytes = check(figures[place].subject) }
    for round in 0...rounds {
      for place in figures.indices {
        let measured = measure(figures[place].subject)
        // The first round warms caches and the branch predictor.
        guard round > 0 else { continue }
        figures[place].encode.add(measured.encode)
        figures[place].encodeInC.add(measured.encodeInC)
        figures[place].decode.add(measured.decode)
        figures[place].decodeInC.add(measured.decodeInC)
      }
    }
    return figures
  }

  /// Holds the two sides against each other; gives the length of the frame.
  private func check(_ subject: Subject) -> Int {
    var out = FrameWriter()
    var length = 0
    for variant in 0..<WireSamples.count {
      out.reset()
      encodeOnce(subject, variant, &out)
      let ours = bytes(of: out)
      var theirs = [UInt8](repeating: 0, count: Int(yardstick_frame_max))
      length = yardstick_encode(subject.yardstick, variant, &theirs)
      precondition(ours == Array(theirs[..<length]), "\(subject), variant \(variant): the C frame differs")
      let sum = decodeMany(subject, 1, ours)
      precondition(sum != 0, "\(subject), variant \(variant): nothing was decoded")
      precondition(
        sum == yardstick_decode_many(subject.yardstick, 1, ours, ours.count),
        "\(subject), variant \(variant): the C side reads other values")
    }
    return length
  }

  private func measure(
    _ subject: Subject
  ) -> (encode: Double, encodeInC: Double, decode: Double, decodeInC: Double) {
    var out = FrameWriter()
    var frame = [UInt8](repeating: 0, count: Int(yardstick_frame_max))
    let encode = nanosPerOperation { encodeMany(subject, operations, &out) }
    let encodeInC = nanosPerOperation { yardstick_encode_many(subject.yardstick, operations, &frame) }
    out.reset()
    encodeOnce(subject, 1, &out)
    let encoded = bytes(of: out)
    let decode = nanosPerOperation { decodeMany(subject, operations, encoded) }
    let decodeInC = nanosPerOperation {
      yardstick_decode_many(subject.yardstick, operations, encoded, encoded.count)
    }
    return (encode, encodeInC, decode, decodeInC)
  }

  private func nanosPerOperation(_ body: () -> UInt64) -> Double {
    let start = ThreadClock.cpuNanos()
    let sum = body()
    let nanos = ThreadClock.cpuNanos() - start
    precondition(sum != 0, "a measurement in which nothing was done")
    return Double(nanos) / Double(operations)
  }

  private func bytes(of out: borrowing FrameWriter) -> [UInt8] {
    out.bytes.copiedBytes()
  }
}

// MARK: - The loops

extension CodecBench {
  private func encodeOnce(_ subject: Subject, _ variant: Int, _ out: inout FrameWriter) {
    switch subject {
    case .newOrder: samples.encodeOrder(variant, into: &out)
    case .topOfBook: samples.encodeTop(variant, into: &out)
    case .marketMetrics: samples.encodeMetrics(variant, into: &out)
    case .quoteSignal: samples.encodeSignal(variant, into: &out)
    case .targetQuotes: samples.encodeTargets(variant, into: &out)
    case .bookDelta: samples.encodeDelta(variant, into: &out)
    }
  }

  private func encodeMany(_ subject: Subject, _ count: Int, _ out: inout FrameWriter) -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<count {
      out.reset()
      encodeOnce(subject, index % WireSamples.count, &out)
      sum &+= UInt64(out.count)
      yardstick_barrier()
    }
    return sum
  }

  /// Checks the frame, finds out which message it is, and reads every field.
  private func decodeMany(_ subject: Subject, _ count: Int, _ frame: [UInt8]) -> UInt64 {
    var sum = FieldSum()
    for _ in 0..<count {
      guard let message = Inbound(frame.span.bytes) else { return 0 }
      switch message {
      case .newOrder(let view): sum.add(view.block)
      case .topOfBook(let view): sum.add(view.block)
      case .marketMetrics(let view): sum.add(view.block)
      case .quoteSignal(let view): sum.add(view)
      case .targetQuotes(let view): sum.add(view)
      case .bookDelta(let view): sum.add(view)
      default: return 0
      }
      yardstick_barrier()
    }
    return sum.total
  }
}

extension CodecBench.Figures {
  func write(into json: inout JSONWriter) {
    json.beginObject()
    json.member("message", subject.rawValue)
    json.member("bytes", bytes)
    json.member("encode", encode)
    json.member("encodeInC", encodeInC)
    json.member("decode", decode)
    json.member("decodeInC", decodeInC)
    json.endObject()
  }
}

extension JSONWriter {
  /// A measurement with its noise.
  mutating func member(_ name: String, _ samples: Samples) {
    key(name)
    guard !samples.values.isEmpty else { return null() }
    beginObject()
    member("median", samples.median)
    member("min", samples.smallest)
    member("max", samples.largest)
    endObject()
  }
}
