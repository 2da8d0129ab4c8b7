import JSON5

// Numbers stand for things in messages and journals, names in topics: no two may share one.

extension TopologyDraft {
  func checkNumbers() {
    checkUnique(components.compactMap { draft in draft.number.map { (draft.name, $0) } }, "component")
    checkUnique(instruments.compactMap { draft in draft.number.map { (draft.name, $0) } }, "instrument")
    checkUnique(accounts.compactMap { draft in draft.number.map { (draft.name, $0) } }, "account")
    let strategies = components.flatMap(\.strategies)
    checkUnique(
      strategies.compactMap { draft in draft.number.map { (draft.name?.value ?? "without a name", $0) } },
      "strategy")
    var seen: [Located<String>] = []
    for name in strategies.compactMap(\.name) {
      if let first = seen.first(where: { $0.value == name.value }) {
        problems.report(
          .collidingName, at: name.place, name.path, "a strategy named '\(name.value)' exists already",
          hint: "the first is at \(first.place)")
      } else {
        seen.append(name)
      }
    }
  }

  private func checkUnique<Number: FixedWidthInteger>(
    _ numbered: [(name: String, number: Located<Number>)], _ kind: String
  ) {
    for (index, (_, number)) in numbered.enumerated() {
      guard let first = numbered[..<index].first(where: { $0.number.value == number.value }) else { continue }
      let free = freeNumber(after: numbered.map(\.number.value))
      problems.report(
        .collidingNumber, at: number.place, number.path,
        "the number \(number.value) belongs to \(kind) '\(first.name)' at \(first.number.place)",
        hint: "\(free) is free")
    }
  }

  private func freeNumber<Number: FixedWidthInteger>(after taken: [Number]) -> Number {
    var number: Number = 1
    while taken.contains(number) { number += 1 }
    return number
  }
}
