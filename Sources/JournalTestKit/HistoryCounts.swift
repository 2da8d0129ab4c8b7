/// What histories came through, to show that each promise was put to the test.
package struct HistoryCounts: Equatable, Sendable {
  package var histories = 0
  package var turns = 0
  package var openings = 0
  package var kills = 0
  package var killsInside = 0
  package var powerLosses = 0
  package var fullDisks = 0
  package var flips = 0
  package var flipsRefused = 0
  package var flipsFoundInReading = 0
  package var flipsCutOff = 0
  package var cuts = 0
  package var turnsLostToPower = 0
  package var inDoubtKept = 0

  package init() {}

  package var named: [(name: String, value: Int)] {
    [
      ("histories", histories), ("turns", turns), ("openings", openings), ("kills", kills),
      ("killsInside", killsInside), ("powerLosses", powerLosses), ("fullDisks", fullDisks), ("flips", flips),
      ("flipsRefused", flipsRefused), ("flipsFoundInReading", flipsFoundInReading),
      ("flipsCutOff", flipsCutOff), ("cuts", cuts), ("turnsLostToPower", turnsLostToPower),
      ("inDoubtKept", inDoubtKept),
    ]
  }

  package static func += (left: inout HistoryCounts, right: HistoryCounts) {
    left.histories += right.histories
    left.turns += right.turns
    left.openings += right.openings
    left.kills += right.kills
    left.killsInside += right.killsInside
    left.powerLosses += right.powerLosses
    left.fullDisks += right.fullDisks
    left.flips += right.flips
    left.flipsRefused += right.flipsRefused
    left.flipsFoundInReading += right.flipsFoundInReading
    left.flipsCutOff += right.flipsCutOff
    left.cuts += right.cuts
    left.turnsLostToPower += right.turnsLostToPower
    left.inDoubtKept += right.inDoubtKept
  }
}
