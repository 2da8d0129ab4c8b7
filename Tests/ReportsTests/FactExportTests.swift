import ActorKit
import JSON5
import JournalStore
import Records
import OrderExecutor
import Reports
import Testing
import Topology
import Trading
import VenueSimulator

/// What other programs and people read of a journal's facts. Names and forms are for ever.
@Suite struct FactExportTests {
  @Test func absentFieldsAreLeftOut() {
    let order = CreatedOrder(
      id: FactSamples.order, strategy: 1, instrument: 1, side: .buy, timeInForce: .gtc, purpose: .quote,
      price: price("1"), quantity: quantity("1"), requestNanos: 0, recvWindowNanos: 0, origin: 0,
      correlation: .none)
    let line = lines(of: [ExecutorFact.orderCreated(order)], .executor)[0]
    #expect(!line.jsonText.contains("intent"))
    #expect(line.jsonText.contains(#""purpose":"quote","type":"limit""#))
  }

  @Test func aTableIsReadBackCellByCell() throws {
    let reader = FactReader(.executor)
    let nasty = "fat \"finger\", said\r\nhe"
    let halt = ExecutorFact.haltLatched(
      Halt(scope: .account(1), operatorName: "me", reason: nasty, atNanos: FactSamples.now))
    let lines = lines(of: [halt, .tradesConfirmed(through: 12, fills: [FactSamples.key])], .executor)
    let text = JournalLine.csvHeader(reader) + lines.map { $0.csv(reader) }.joined()
    let table = try readCSV(text)
    #expect(table.allSatisfy { $0.count == table[0].count })
    #expect(Array(table[0].prefix(6)) == ["seq", "epoch", "atNanos", "component", "fact", "correlation"])
    #expect(Array(table[0].dropFirst(6)) == reader.columns)
    func cell(_ row: Int, _ column: String) -> String? {
      table[0].firstIndex(of: column).map { table[row][$0] }
    }
    #expect(cell(1, "reason") == nasty)
    #expect(cell(1, "seq") == "1")
    #expect(cell(1, "fact") == "haltLatched")
    #expect(cell(1, "order") == "")
    #expect(cell(2, "executions") == #"[{"instrument":1,"execution":"1:ff"}]"#)
    #expect(text.contains("\"fat \"\"finger\"\", said\r\nhe\""))
  }

  @Test func kindsOfANewerBuildAreShownWithTheirBytes() {
    for kind in Component.Kind.allCases {
      let fact = FactReader(kind).record(kind: 999, body: [0, 0x1F, 0xFF])
      #expect(fact.reading == .unknown)
      let line = JournalLine(component: "it", kind: kind.rawValue, row: row(5), fact: fact)
      #expect(
        line.jsonText
          == #"{"seq":5,"epoch":3,"atNanos":1700000000000000005,"component":"it","kind":"\#(kind.rawValue)","#
          + #""fact":"unknown","kindNumber":999,"body":"001fff"}"#)
    }
  }

  @Test func bytesThatAreNoFactAreShownAsSuch() {
    let short = FactReader(.executor).record(kind: 3, body: [1])
    #expect(short.name == "unreadable")
    #expect(short.text("problem")?.contains("ends early") == true)
    guard case .unreadable = short.reading else {
      Issue.record("\(short.reading)")
      return
    }
    var writer = SnapshotWriter()
    FactSamples.executor[1].encode(into: &writer)
    #expect(FactReader(.executor).record(kind: 2, body: writer.bytes + [0]).name == "unreadable")
  }

  @Test func peopleReadTimesAndOneLine() {
    let lines = lines(of: FactSamples.executor, .executor)
    let time = "2023-11-14T22:13:20.000000000Z"
    #expect(
      lines[1].text == "      2  2023-11-14T22:13:20.000000002Z  e3    cancelRequested   "
        + "order=\(FactSamples.order) request=\(FactSamples.request) requestNanos=\(time)")
    #expect(lines[7].text.hasSuffix(#"reason="fat \"finger\", twice" haltNanos=\#(time)"#))
    #expect(lines.allSatisfy { !$0.text.contains("\n") })
    // A duration is no time.
    #expect(lines[0].text.contains("recvWindowNanos=5000000000 "))
  }

  private func row(_ sequence: Int64, kind: UInt16 = 999) -> JournalRow {
    JournalRow(
      sequence: sequence, epoch: 3, atNanos: FactSamples.now + sequence, kind: kind, correlationHigh: 0,
      correlationLow: sequence == 1 ? 0x1F : 0)
  }

  private func lines(of facts: [some FactCoding], _ kind: Component.Kind) -> [JournalLine] {
    let reader = FactReader(kind)
    return facts.enumerated().map { index, fact in
      var writer = SnapshotWriter()
      fact.encode(into: &writer)
      return JournalLine(
        component: kind.rawValue, kind: kind.rawValue, row: row(Int64(index) + 1, kind: fact.kind),
        fact: reader.record(kind: fact.kind, body: writer.bytes))
    }
  }

  /// RFC 4180, for the test alone.
  private func readCSV(_ text: String) throws -> [[String]] {
    var table: [[String]] = []
    var record: [String] = []
    var cell = String.UnicodeScalarView()
    var isQuoted = false
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch (scalar, isQuoted) {
      case ("\"", true) where scalars.first == "\"":
        cell.append("\"")
        scalars.removeFirst()
      case ("\"", _): isQuoted.toggle()
      case (",", false):
        record.append(String(cell))
        cell = String.UnicodeScalarView()
      case ("\r", false):
        try #require(scalars.popFirst() == "\n")
        table.append(record + [String(cell)])
        (record, cell) = ([], String.UnicodeScalarView())
      default: cell.append(scalar)
      }
    }
    try #require(!isQuoted && record.isEmpty && cell.isEmpty)
    return table
  }
}

extension JournalLine {
  var jsonText: String {
    var json = JSONWriter()
    write(into: &json)
    return json.text
  }
}
