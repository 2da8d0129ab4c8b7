import CFanoutYardstick
import Deployment
import FeedAggregator
import JSON5
import Simulation
import Topology
import ZeroMQ

/// What the feed publishes, to many subscribers, beside a loop of `zmq_send` over the same frames.
///
/// The colony's session is simulated and the feed's inputs are taped. Then in turn: C sends the frames made
/// before; the feed's host plays the tape and publishes as its process does; a host whose core does nothing
/// but publish the same frames plays it. Subscribers run in a process of their own, and everyone must
/// receive everything: publishers wait for the slowest before a queue on the way could run over.
struct FanoutBench {
  let topology: Topology
  let seconds: Int
  let rounds: Int

  static let audiences = [1, 2, 5, 50]

  enum Side: CaseIterable { case raw, waggle, hostAlone }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Of one side before one audience, nanoseconds a message.
  struct Figures {
    var wall = Samples()
    var thread = Samples()

    func write(into json: inout JSONWriter) {
      json.beginObject()
      json.member("wallNanosPerMessage", wall)
      json.member("threadNanosPerMessage", thread)
      json.endObject()
    }
  }

  func run(into json: inout JSONWriter) throws {
    guard fanout_start_ears() != 0 else { throw Failure(description: "the subscribers' process failed") }
    let stage = try FanoutStage(topology, seconds: seconds)
    json.beginObject()
    json.member("messages", stage.messages)
    json.member("bytesPerMessage", Double(stage.bodyBytes) / Double(stage.messages))
    json.member("messagesOfHost", stage.messages - stage.publications.frames.count)
    json.member("turns", stage.tape.turns.count)
    json.member("sameAsSimulated", stage.isAsSimulated)
    writeCosts(of: stage, into: &json)
    json.key("audiences")
    json.beginArray()
    var publishers = try Publishers()
    for count in Self.audiences { try measure(stage, &publishers, count, into: &json) }
    json.endArray()
    json.endObject()
  }

  /// What the work before the socket costs, each part alone.
  private func writeCosts(of stage: FanoutStage, into json: inout JSONWriter) {
    var core = Samples()
    var host = Samples()
    var both = Samples()
    for round in 0...rounds {
      var nowhere = NoOutlet()
      let ofCore = stage.nanosPerMessage { stage.playCore() }
      let ofHost = stage.nanosPerMessage { stage.playHostAlone(to: &nowhere) { _ in } }
      let ofBoth = stage.nanosPerMessage { stage.playHost(to: &nowhere) { _ in } }
      // The first round warms up.
      guard round > 0 else { continue }
      core.add(ofCore)
      host.add(ofHost)
      both.add(ofBoth)
    }
    json.member("coreNanosPerMessage", core)
    json.member("hostNanosPerMessage", host)
    json.member("bothNanosPerMessage", both)
  }

  private func measure(
    _ stage: FanoutStage, _ publishers: inout Publishers, _ count: Int, into json: inout JSONWriter
  ) throws {
    var figures = Side.allCases.map { _ in Figures() }
    var ratio = Samples()
    var ratioWithoutCore = Samples()
    for round in 0...rounds {
      var walls = [0.0, 0.0, 0.0]
      // Who goes first changes from round to round.
      for step in Side.allCases.indices {
        let place = (round + step) % Side.allCases.count
        let run = try publishers.run(Side.allCases[place], stage, count)
        walls[place] = run.wall
        guard round > 0 else { continue }
        figures[place].wall.add(run.wall)
        figures[place].thread.add(run.thread)
      }
      guard round > 0 else { continue }
      ratio.add(walls[0] / walls[1])
      ratioWithoutCore.add(walls[0] / walls[2])
    }
    json.beginObject()
    json.member("subscribers", count)
    for (place, side) in Side.allCases.enumerated() {
      json.key("\(side)")
      figures[place].write(into: &json)
    }
    json.member("throughputRatio", ratio)
    json.member("throughputRatioWithoutCore", ratioWithoutCore)
    json.endObject()
  }
}

/// Both publishers, each with a context of its own.
private struct Publishers: ~Copyable {
  private let rawEndpoint: String
  private var waggle: SocketOutlet
  private let waggleEndpoint: String

  init() throws {
    guard let endpoint = fanout_open() else {
      throw FanoutBench.Failure(description: "the raw publisher found no port")
    }
    let socket = try Socket(.pub, .stream)
    try socket.bind("tcp://127.0.0.1:*")
    for place in 0..<CInt(fanout_options) {
      precondition(
        socket.option(fanout_option(place)) == fanout_option_value(place),
        "option \(fanout_option(place)) is not the same on both sides")
    }
    rawEndpoint = String(cString: endpoint)
    waggleEndpoint = socket.lastEndpoint
    waggle = SocketOutlet(socket: socket)
  }

  /// Nanoseconds a message from the first sending to the last receipt, and of this thread.
  mutating func run(
    _ side: FanoutBench.Side, _ stage: FanoutStage, _ count: Int
  ) throws -> (wall: Double, thread: Double) {
    try gather(side, count)
    let (start, startOfThread) = (fanout_now(), ThreadClock.cpuNanos())
    let sent: Int
    switch side {
    case .raw: sent = Int(fanout_send_kept())
    case .waggle: sent = stage.playHost(to: &waggle) { _ = fanout_pace(Int64($0)) }
    case .hostAlone: sent = stage.playHostAlone(to: &waggle) { _ = fanout_pace(Int64($0)) }
    }
    let thread = ThreadClock.cpuNanos() - startOfThread
    guard sent > 0, fanout_await(Int64(sent)) != 0 else {
      throw FanoutBench.Failure(
        description: "\(side): of \(sent) messages the slowest of \(count) subscribers got \(fanout_least())")
    }
    return (Double(fanout_last_heard() - start) / Double(sent), Double(thread) / Double(sent))
  }

  /// Waits until all subscribers hear the publisher.
  private mutating func gather(_ side: FanoutBench.Side, _ count: Int) throws {
    fanout_listen(side == .raw ? rawEndpoint : waggleEndpoint, CInt(count))
    for _ in 0..<1_000 where fanout_least() == 0 {
      let word: [UInt8] = Array("probe.".utf8)
      if side == .raw {
        _ = fanout_send(word, word.count, word, word.count)
      } else {
        waggle.publish(0, name: word.span.bytes, body: word.span.bytes)
      }
      fanout_pause(5_000_000)
    }
    guard fanout_least() > 0 else {
      throw FanoutBench.Failure(description: "\(side): not all of \(count) subscribers hear it")
    }
    fanout_pause(100_000_000)
    fanout_mark()
  }
}
