import Arguments
import Colony
import Console
import Reports
import Topology

/// `waggle order ID`: what became of an order or an intent, from the journals of all who had it in hand.
enum OrderHistoryCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let text = arguments.operands[0]
    guard let subject = OrderTrail.Subject(text) else {
      throw CommandFailure(
        UsageError(
          "'\(text)' is no id of an order or an intent",
          hint: "an order's are 24 characters beginning with W, an intent's 32 hexadecimal digits"))
    }
    let place = try ColonyPlace.find(arguments)
    var trail = OrderTrail(subject)
    let components = place.topology.components.filter { trail.concerns($0, in: place.topology) }
    var sources = Sources(components, in: place)
    sources.read({ OrderTrail.teaches($0) }) { trail.learn($0) }
    trail.conclude()
    sources.read({ _ in true }) { trail.take($0) }
    for failure in sources.failures { Output.error("waggle: \(failure)") }
    let isFound = !trail.steps.isEmpty
    if arguments.has("--json") {
      Output.write(trail.json(isPretty: true) + "\n")
    } else if isFound {
      Output.write(trail.text + "\n")
    }
    if !isFound {
      Output.error(
        "waggle: no journal knows \(subject); looked into those of \(sources.names.joined(separator: ", ")). "
          + "Is it of another run? Name its folder with --run")
    }
    return isFound && sources.failures.isEmpty ? 0 : 1
  }

  /// The journals that can be read. One that cannot be costs its own rows only.
  private struct Sources {
    private(set) var failures: [String] = []
    private var sources: [(kind: Component.Kind, source: JournalSource)] = []

    var names: [String] { sources.map(\.source.name) }

    init(_ components: [Component], in place: ColonyPlace) {
      for component in components {
        do throws(CommandFailure) {
          sources.append((component.kind, try JournalSource.open(component, in: place)))
        } catch {
          failures.append("\(component.name): \(error.message)")
        }
      }
    }

    /// Reads those of some kinds through. A journal that fails is not read again.
    mutating func read(_ isWanted: (Component.Kind) -> Bool, _ take: (JournalLine) -> Void) {
      var kept: [(kind: Component.Kind, source: JournalSource)] = []
      for entry in sources {
        guard isWanted(entry.kind) else {
          kept.append(entry)
          continue
        }
        do throws(CommandFailure) {
          try entry.source.forEachLine { (line) throws(CommandFailure) in
            take(line)
            return true
          }
          kept.append(entry)
        } catch {
          failures.append("\(entry.source.name): \(error.message)")
        }
      }
      sources = kept
    }
  }
}
