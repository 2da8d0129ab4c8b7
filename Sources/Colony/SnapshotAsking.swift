import Platform
import Vocabulary
import Wire
import ZeroMQ

/// Asks publishers' control ports for the state behind their topics, for an observer.
///
/// Belongs to one thread. Bound: `maxOpen` questions at once; who asks repeats what found no room.
package final class SnapshotAsking {
  package static let maxOpen = 256
  /// A question that has no answer by then is put anew, over a connection of its own.
  package static let patienceNanos: Int64 = 10_000_000_000

  private struct Question {
    let place: ObservedStreams.Place
    let client: ControlClient
    let deadline: Int64
  }

  private var open: [Question] = []
  private let endpoint: (UInt16) -> String?

  /// `endpoint` is a component's control port as ZeroMQ takes it.
  package init(_ endpoint: @escaping (UInt16) -> String?) { self.endpoint = endpoint }

  package var isAsking: Bool { !open.isEmpty }

  /// Puts questions; one that is open already repeats itself.
  package func ask(_ places: [ObservedStreams.Place], atBootNanos now: Int64) {
    for place in places where open.count < Self.maxOpen && !open.contains(where: { $0.place == place }) {
      guard let port = endpoint(place.publisher) else { continue }
      do throws(ZeroMQError) {
        let client = try ControlClient(.snapshot(of: place.topic), to: port)
        open.append(Question(place: place, client: client, deadline: now + Self.patienceNanos))
      } catch {
        // No socket to be had just now: it is asked for again.
        return
      }
    }
  }

  /// Answers that have come since the last call.
  package func takeAnswers(atBootNanos now: Int64) -> [(place: ObservedStreams.Place, frame: [UInt8])] {
    guard !open.isEmpty else { return [] }
    for question in open { question.client.advance(atBootNanos: now) }
    let answers = open.compactMap { question in
      question.client.answer.map { (place: question.place, frame: $0) }
    }
    open.removeAll { $0.client.stage == .answered || now >= $0.deadline }
    return answers
  }
}
