import Glibc

// Two tools for the mathematics: `study` runs the estimators on a recording and draws the result, `bench`
// times the streaming models. See docs/MODELS.md.

let usage = """
  usage: gzip -dc RECORDING | waggle-models study FOLDER [TICK]
         waggle-models bench
         waggle-models vectors
  study  reads a recorded Binance stream with best quotes and trades from standard input and writes plots
         (SVG), results.csv and the inputs used into FOLDER; TICK is the tick size, 0.1 unless given
  vectors  prints the models' values at fixed points in full precision as CSV
  bench  prints the nanoseconds per update of every streaming model as CSV

  """

func fail(_ message: String, code: Int32) -> Never {
  if let errors = fdopen(2, "w") { fputs(message, errors) }
  fflush(nil)
  exit(code)
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "study" where arguments.count == 2 || arguments.count == 3:
  guard let tick = arguments.count == 3 ? Double(arguments[2]) : 0.1, tick > 0, tick.isFinite else {
    fail("the tick must be a number above zero\n" + usage, code: 64)
  }
  var tape = Tape(tick: tick)
  while let line = readLine() { tape.add(line: line) }
  do {
    try Study(tape: tape, folder: arguments[1]).run()
  } catch {
    fail("waggle-models: \(error)\n", code: 1)
  }
case "bench" where arguments.count == 1:
  do {
    Stopwatch.printHeader()
    try Bench(count: 1_000_000, observe: Stopwatch.observe).run()
  } catch {
    fail("waggle-models: \(error)\n", code: 1)
  }
case "vectors" where arguments.count == 1:
  do {
    try Vectors.printAll()
  } catch {
    fail("waggle-models: \(error)\n", code: 1)
  }
default:
  fail(usage, code: 64)
}
