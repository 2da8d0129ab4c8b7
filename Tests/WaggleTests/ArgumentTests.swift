import Arguments
import Testing

private let syntax = Syntax(
  "waggle run", operands: [.required("TOPOLOGY"), .optional("OTHER")],
  options: [
    .value("--for", "SECONDS", "trade for so long"), .list("--data", "FILE", "files"),
    .flag("--json", "print JSON"), .value("--seed", "N", "seed"), .value("--speed", "N", "speed"),
  ])

private func hint(_ words: String...) -> String? {
  do throws(UsageError) {
    _ = try syntax.parse(words)
    return nil
  } catch {
    return error.description
  }
}

@Test func wordsAreSortedIntoOperandsAndOptions() throws {
  let arguments = try syntax.parse([
    "a", "--for", "30", "--json", "--data", "x", "y", "--seed=7", "--data=z", "b",
  ])
  #expect(arguments.operands == ["a", "b"])
  #expect(arguments.text("--for") == "30")
  #expect(arguments.has("--json"))
  #expect(!arguments.has("--speed"))
  #expect(arguments.list("--data") == ["x", "y", "z"])
  #expect(try arguments.integer("--seed", in: 0...10) == 7)
  #expect(try arguments.integer("--speed", in: 0...10) == nil)
}

@Test func twoDashesEndTheOptions() throws {
  #expect(try syntax.parse(["--", "--for", "-x"]).operands == ["--for", "-x"])
  #expect(try syntax.parse(["-", "--data", "-", "-5"]).list("--data") == ["-", "-5"])
}

@Test func mistakesNameTheRemedy() {
  #expect(hint("a", "--jsn") == "the option '--jsn' is unknown (did you mean --json?)")
  #expect(hint("a", "--spede=1") == "the option '--spede' is unknown (did you mean --speed?)")
  #expect(hint("a", "-x")?.hasSuffix("(one of --for, --data, --json, --seed, --speed)") == true)
  #expect(hint("a", "--for") == "--for needs a value: --for SECONDS")
  #expect(hint("a", "--for", "--json") == "--for needs a value: --for SECONDS")
  #expect(hint("a", "--data") == "--data needs a value: --data FILE")
  #expect(hint("a", "--json=1") == "--json takes no value")
  #expect(hint("a", "--for", "1", "--for", "2") == "--for stands here twice")
  #expect(
    hint("a", "b", "c")?.hasPrefix("'c' is one word too many (usage: waggle run TOPOLOGY [OTHER]") == true)
  #expect(hint()?.hasPrefix("TOPOLOGY is missing") == true)
  #expect(hint("a") == nil)
}

@Test(arguments: ["", "x", "-1", "11", "1.5", "99999999999999999999", " 1"])
func integersMustBeWholeAndInRange(text: String) throws {
  let arguments = try syntax.parse(["a", "--seed=\(text)"])
  #expect(throws: UsageError.self) { try arguments.integer("--seed", in: 0...10) }
}

@Test(arguments: ["", "x", "nan", "inf", "1e9", "-1"])
func numbersMustBeInRange(text: String) throws {
  let arguments = try syntax.parse(["a", "--speed=\(text)"])
  #expect(throws: UsageError.self) { try arguments.number("--speed", in: 0.01...1000) }
}

@Test func theHelpListsEveryOption() {
  #expect(
    syntax.usage
      == "usage: waggle run TOPOLOGY [OTHER] [--for SECONDS] [--data FILE…] [--json] [--seed N] [--speed N]")
  #expect(syntax.optionHelp.split(separator: "\n").count == 5)
  #expect(syntax.optionHelp.hasPrefix("  --for SECONDS  trade for so long\n  --data FILE…   files\n"))
}
