import JournalStore
import Records

extension StoreReader {
  /// What all turns lead to, gone through from the first.
  package func hostState() throws(JournalError) -> HostState {
    var state = HostState()
    try forEachTurn(after: 0) { (turn) throws(JournalError) in
      do throws(TurnRefusal) { try state.apply(turn) } catch {
        throw .corrupt(path: path, atSequence: turn.lastRow, what: "\(error)")
      }
    }
    return state
  }
}
