import ActorKit
import JournalStore
import Records

/// What a list keeps of a run's journals.
package protocol ListedRecord: RecordValue {
  associatedtype Key: Hashable
  var key: Key { get }
  /// Bytes that are equal where keys are. Their order is that of a list's walk; new keys are found fastest
  /// where it is the order in which they come.
  static func bytes(of key: Key) -> [UInt8]
}

/// A list of records that may be longer than memory is wide, with a walk in the order of their keys.
///
/// Bound: `mostInMemory` records in memory. When they are so many they go to a file without a name
/// (`KeyedFile`), and the list begins anew in memory; a record in the file is still found and changed, which
/// costs a reading and a writing. A disk that fails is noted, once; from then on the list is not whole, and
/// whoever has read it must look at `failure`. Copies share the file: once there is one, only a list without
/// copies may grow.
package struct RecordList<Record: ListedRecord> {
  package static var mostInMemory: Int { 16_384 }

  private let limit: Int
  /// Of all ever added.
  package private(set) var count = 0
  package private(set) var failure: JournalError?
  /// The last ones added, from place `count - recent.count` on.
  private var recent: [Record] = []
  /// Of the recent ones: the first place that has the key. Never iterated.
  private var places: [Record.Key: Int] = [:]
  private var file: KeyedFile?
  /// Of the keys in the file: what is above is not in it.
  private var highest: [UInt8] = []

  package init(mostInMemory limit: Int = RecordList.mostInMemory) { self.limit = limit }

  /// Adds a record; gives its place.
  @discardableResult
  package mutating func append(_ record: Record) -> Int {
    if recent.count >= limit { spill() }
    let place = count
    recent.append(record)
    if places[record.key] == nil { places[record.key] = place }
    count += 1
    return place
  }

  package mutating func contains(_ key: Record.Key) -> Bool { places[key] != nil || stored(key) != nil }

  /// Changes the record of a key that no two have; false when there is none.
  package mutating func update(_ key: Record.Key, _ change: (inout Record) -> Void) -> Bool {
    if let place = places[key] {
      change(&recent[place - firstRecent])
      return true
    }
    guard let found = stored(key) else { return false }
    var record = found.record
    change(&record)
    replace(record, at: found.place)
    return true
  }

  /// Changes a record whose place is known. Its key must stay.
  package mutating func replace(_ record: Record, at place: Int) {
    guard place < firstRecent else {
      recent[place - firstRecent] = record
      return
    }
    guard failure == nil, let file else { return }
    do throws(JournalError) { try file.replace(Self.entry(record, place)) } catch { failure = error }
  }

  /// All records in the order of their keys, those of one key in the order added.
  package func walk() -> Walk { Walk(self) }

  private var firstRecent: Int { count - recent.count }

  private static func entry(_ record: Record, _ place: Int) -> KeyedFile.Entry {
    var writer = SnapshotWriter()
    record.write(to: &writer)
    return KeyedFile.Entry(key: Record.bytes(of: record.key), place: Int64(place), body: writer.bytes)
  }

  /// Of the file.
  private mutating func stored(_ key: Record.Key) -> (place: Int, record: Record)? {
    guard failure == nil, let file else { return nil }
    let bytes = Record.bytes(of: key)
    guard !highest.lexicographicallyPrecedes(bytes) else { return nil }
    do throws(JournalError) {
      guard let entry = try file.first(ofKey: bytes) else { return nil }
      return (Int(entry.place), Self.record(entry))
    } catch {
      failure = error
      return nil
    }
  }

  fileprivate static func record(_ entry: KeyedFile.Entry) -> Record {
    var reader = SnapshotReader(entry.body)
    do throws(RestoreError) { return try Record(from: &reader) } catch {
      preconditionFailure("record \(entry.place) of a list is not what was written: \(error)")
    }
  }

  private mutating func spill() {
    if failure == nil {
      do throws(JournalError) { try store() } catch { failure = error }
    }
    recent.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  private mutating func store() throws(JournalError) {
    if file == nil { file = try KeyedFile() }
    precondition(isKnownUniquelyReferenced(&file), "a list grows of which there are copies")
    guard let file else { return }
    let first = firstRecent
    var entries = recent.enumerated().map { Self.entry($1, first + $0) }
    entries.sort { $0.key.lexicographicallyPrecedes($1.key) }
    try file.insert(entries)
    if let last = entries.last?.key, highest.lexicographicallyPrecedes(last) { highest = last }
  }
}

extension RecordList {
  /// A reading of all records in the order of their keys.
  package struct Walk {
    package struct Step {
      package let key: [UInt8]
      package let place: Int
      package let record: Record
    }

    /// The next one; nil at the end.
    package private(set) var head: Step?
    package private(set) var failure: JournalError?
    private var memory: [Step]
    private var memoryPlace = 0
    private var stored: Step?
    private let cursor: KeyedFile.Cursor?

    fileprivate init(_ list: RecordList) {
      failure = list.failure
      let first = list.firstRecent
      memory = list.recent.enumerated().map {
        Step(key: Record.bytes(of: $1.key), place: first + $0, record: $1)
      }
      memory.sort { $0.precedes($1) }
      do throws(JournalError) { cursor = try list.file?.cursor() } catch {
        cursor = nil
        failure = failure ?? error
      }
      readStored()
      moveHead()
    }

    /// Gives the next one and goes on.
    package mutating func take() -> Step? {
      defer { moveHead() }
      return head
    }

    private mutating func moveHead() {
      let recent = memoryPlace < memory.count ? memory[memoryPlace] : nil
      if let stored, recent.map(stored.precedes) ?? true {
        head = stored
        readStored()
      } else {
        head = recent
        memoryPlace += 1
      }
    }

    private mutating func readStored() {
      stored = nil
      guard failure == nil, let cursor else { return }
      do throws(JournalError) {
        guard let entry = try cursor.next() else { return }
        stored = Step(key: entry.key, place: Int(entry.place), record: RecordList.record(entry))
      } catch {
        failure = error
      }
    }
  }
}

extension RecordList.Walk.Step {
  fileprivate func precedes(_ other: Self) -> Bool {
    key == other.key ? place < other.place : key.lexicographicallyPrecedes(other.key)
  }
}
