import Arguments
import Topology
import Wire

/// What a command is for, what it takes, and how to explain both.
struct CommandGuide {
  enum Command {
    case run, check, status, report, simulate, seeds, rerun, panic, journal, order, set
    /// Tells the colony to do something.
    case send(CommandKind)
  }

  let command: Command
  let summary: String
  let syntax: Syntax
  let details: String

  static func named(_ name: String) -> CommandGuide? { all.first { $0.name == name } }

  var name: String { String(syntax.name.dropFirst("waggle ".count)) }

  /// `waggle help COMMAND`.
  var text: String {
    let options = syntax.options.isEmpty ? "" : "\n\(syntax.optionHelp)\n"
    return "\(name): \(summary)\n\n\(syntax.usage)\n\n\(details)\n\(options)"
  }

  static func hint(for name: String) -> String {
    let names = all.map(\.name) + ["help", "version"]
    if let nearest = nearestName(to: name, among: names) { return "did you mean '\(nearest)'?" }
    return "one of \(names.joined(separator: ", "))"
  }

  /// `waggle help`.
  static var overview: String {
    let width = all.map(\.name.count).max() ?? 0
    let rows = all.map { guide in
      "  \(guide.name)\(String(repeating: " ", count: width - guide.name.count + 2))\(guide.summary)"
    }
    return """
      waggle runs, checks, watches and commands a colony: the processes of one trading system,
      described by one topology file.

      \(rows.joined(separator: "\n"))
        help COMMAND, version

      First steps:
        waggle check topology/paper.json5           is the file right?
        waggle run topology/paper.json5 --for 30    trade simulated money for 30 seconds
        waggle status                               how is it going? (in another terminal)
        waggle report                               what came out of it?

      When nothing else helps:
        waggle panic --yes                          cancel everything at the venues, whatever is dead

      """
  }
}

extension CommandGuide {
  static let all = [
    run, check, status, start, set, halt, panic, resume, flatten, stop, report, journal, order, simulate,
    seeds, rerun,
  ]

  private static let place: [Syntax.Option] = [
    .value("--colony", "NAME", "the living colony of this name, where several live on this host"),
    .value("--run", "DIR|ID", "a run's folder, or the id of a living one; default: the one that lives"),
    .value("--topology", "FILE", "the colony of this file, instead of a run's"),
    .value("--host", "NAME", "the host this is called on, as the topology names it; default: its only one"),
    .value("--port-base", "N", "with --topology: the colony was started with this port base"),
    .value("--var", "DIR", "only runs kept here; default: every living one, else the newest below var"),
  ]
  private static let json = Syntax.Option.flag("--json", "print JSON")
  private static let market: [Syntax.Option] = [
    .list("--data", "FILE", "replay these captures, in the order of their times, not those of the topology"),
    .value("--speed", "N", "market seconds per second of a replay, 0.01 to 1000"),
    .value("--seed", "N", "seed of a synthetic market: the same seed, the same market"),
  ]

  private static let run = CommandGuide(
    command: .run, summary: "start the components of this host and look after them",
    syntax: Syntax(
      "waggle run", operands: [.required("TOPOLOGY")],
      options: [.value("--for", "SECONDS", "trade for so long, counted from going live, then stop")] + market
        + [
          .value("--host", "NAME", "start the components of this host; default: the only one"),
          .value("--port-base", "N", "count ports from here, to run beside another colony"),
          .value("--var", "DIR", "where runs are kept; default: var"),
          .value("--resume", "RUN", "go on with a run: its id, or latest; what lives of it is adopted"),
          .flag("--new-run", "begin a new run; yet a live account goes on with its last run of this mode"),
          .flag("--realtime", "SCHED_FIFO for the components, and a processor each on the way of an order"),
          .flag("--keep-arrivals", "keep what each program is given, for `waggle rerun`"),
          .value("--arrivals-megabytes", "N", "of each program's start, at most so many; default: 1024"),
          .value("--bin", "DIR", "where waggle-feed and its sisters lie; default: beside waggle"),
        ]),
    details: """
      Checks the topology, makes the run's folder (var/COLONY/RUN), starts the components, restarts one that
      dies, and stops them in good order: the session cancels quotes and entries, keeps stops and targets, and
      confirms it with the venue, then the components end. Ctrl-C stops; a second Ctrl-C ends the components
      without waiting for the session. At the end comes the report. A live account always goes on with its
      last run of this mode; a run of another mode or for other accounts is never gone on with.

      --realtime needs the right to SCHED_FIFO up to priority 11 and says how to get it; without it nothing is
      started: exit code 78. A relay stays an ordinary program. Give it again with --resume.

      Nothing is started where any of the ports is in use: exit code 75, and who is there is named.

      Exit code 0 only if every component ended as asked and the books reconcile; 3 something stays open
      without a stop, 64 wrong usage, 74 the environment failed, 75 something is held by another process, 78 a
      mistake in the configuration; else 1.
      """)

  private static let check = CommandGuide(
    command: .check, summary: "find every mistake in a topology file",
    syntax: Syntax(
      "waggle check", operands: [.required("TOPOLOGY")],
      options: [
        json, .flag("--migrate", "write the file in the current format, comments and all"),
        .value("--out", "FILE", "with --migrate: write it here, replacing the file; default: print it"),
      ]),
    details: """
      Lists all mistakes at once, each with line:column, where it is in the file, and what to do about it.
      Exit code 0 if the file can be run (there may be warnings), 78 if not.
      """)

  private static let status = CommandGuide(
    command: .status, summary: "ask every component how it stands",
    syntax: Syntax("waggle status", options: place + [json]),
    details: """
      Exit code 0 if every component answered as one of this colony, else 1. For a live view use
      waggle-monitor.
      """)

  private static let report = CommandGuide(
    command: .report, summary: "what came out of a run",
    syntax: Syntax(
      "waggle report",
      options: [
        .value("--run", "DIR", "the folder of the run; default: the newest below --var"),
        .value("--var", "DIR", "where runs are kept; default: var"), json,
      ]),
    details: """
      Reads the journals of an ended run: orders, fills, positions, profit, latencies, and whether the
      executor's books agree with the venue's. Exit code 0 if they do, else 1.
      """)

  private static let simulate = CommandGuide(
    command: .simulate, summary: "run a whole colony in one process, in virtual time",
    syntax: Syntax(
      "waggle simulate", operands: [.required("TOPOLOGY")],
      options: [
        .value("--seed", "N", "the same seed gives the same result, to the last byte"),
        .value("--for", "SECONDS", "virtual seconds"), market[0], market[1],
        .list("--hand-order", "ORDER", "what a person trades beside the colony, at the market"), json,
      ]),
    details: """
      The same actors as in a run, without processes, sockets and clocks.
      An ORDER by hand is SECONDS:SIDE:QUANTITY:INSTRUMENT, and :ACCOUNT where several are traded: placed
      at the venue so many seconds after LIVE, under an id that is not the colony's.
      """)
}

extension CommandGuide {
  #if CANARIES
    private static let canary: [Syntax.Option] = [
      .value("--canary", "NAME", "the deliberate mistake that is made (docs/SIMULATION.md, section 1)")
    ]
  #else
    private static let canary: [Syntax.Option] = []
  #endif

  private static let seeds = CommandGuide(
    command: .seeds, summary: "run a whole colony, hosts and journals too, with faults from seeds",
    syntax: Syntax(
      "waggle seeds", operands: [.required("TOPOLOGY")],
      options: [
        .value("--seed", "N", "one seed, looked at: what happens, what breaks, and the least that breaks it"),
        .value("--seeds", "A..B", "all of these, up to the first failure"),
        .flag("--all", "go on after a failure"),
        .value("--minutes", "M", "virtual minutes in which faults happen, 0.1 to 60; default: 1"),
        .value("--stop-after", "M", "with --seeds: begin no more seeds after so many real minutes"),
        .value("--jobs", "N", "processes at a time; default: one for each processor"),
        .value("--faults", "FILE", "these faults in place of the seed's; see docs/SIMULATION.md"),
        .flag("--plan", "with --seed: only say what would happen"),
        .value("--trace", "FILE", "with --seed: the run as a page for a browser"),
        .value("--worker", "PID", "used by the command itself: a share of that campaign"),
      ] + canary),
    details: """
      Every component's host, the code that runs as a process, with its journal on a simulated disk and its
      sockets on a simulated network, in virtual time. A seed decides which faults happen; rules are judged
      all along, and at the end all must have come together again. The same seed gives the same run, to the
      bit. Exit code 1 if a rule was broken, or if one judged nothing in a hundred seeds or more.
      """)
}

extension CommandGuide {
  private static let rerun = CommandGuide(
    command: .rerun, summary: "give a run's programs once more what they were given: do they do the same?",
    syntax: Syntax(
      "waggle rerun", operands: [.required("RUNFOLDER")],
      options: [
        .value("--component", "NAME", "only this one; default: all whose arrivals were kept"),
        .value("--topology", "FILE", "instead of the run's own; the run's overrides count all the same"),
      ]),
    details: """
      For a run that was started with --keep-arrivals and has ended. Rebuilds each component as it stood at
      the start of each of its incarnations, from its journal and the run's topology, gives it everything in
      the same turns at the same times, and compares what each turn sends, stores and saves. Touches no file
      and opens no socket.

      Prints a line per incarnation: how many turns are equal, or the first that differs and in what. Exit
      code 0 only if all are equal; 1 if something differs, cannot be read to its end, or cannot be compared;
      64 no such run, or nothing was kept; 74 the environment failed.
      """)
}

extension CommandGuide {
  private static let scope: [Syntax.Option] = [
    .value("--account", "NAME", "only this account"),
    .value("--strategy", "NAME", "only this strategy"),
    .value("--instrument", "SYMBOL.VENUE", "only this instrument"),
  ]
  private static let person: [Syntax.Option] = [
    .value("--operator", "NAME", "who commands; kept in the journals"),
    .value("--reason", "TEXT", "why; kept in the journals"),
    .value("--timeout", "SECONDS", "how long to wait for answers, 0.1 to 60; default: 3"),
  ]

  private static func sending(
    _ kind: CommandKind, _ summary: String, scope: [Syntax.Option], _ details: String
  ) -> CommandGuide {
    CommandGuide(
      command: .send(kind), summary: summary,
      syntax: Syntax("waggle \(kind.name)", options: scope + person + place + [json]),
      details: details
        + "\nPrints every answer; exit code 0 only if the queen or an executor took the command.")
  }

  private static let halt = sending(
    .halt, "stop trading now: cancel what could open, send nothing new", scope: scope,
    """
    Goes to the queen, to every executor and to every risk owner at once, so it works while the queen is dead.
    Stops and targets of what is open stay, and go on. The halt is latched: it survives restarts, until
    `waggle resume` releases the same scope.
    """)
  private static let resume = sending(
    .resume, "release a halt, a panic or a failsafe", scope: scope,
    "Releases exactly the scope that was halted: resume what you halted. Needs a name and a reason.")
  private static let flatten = sending(
    .flatten, "close positions: cancel, then trade out, reduce-only", scope: [scope[0], scope[2]],
    """
    Goes to the executors and risk owners in scope, and to the queen. The scope is halted as well, until
    `waggle resume` releases it. A position belongs to its account, so there is no --strategy.
    """)
  private static let stop = sending(
    .stop, "end the session: cancel, confirm, then everything ends", scope: [],
    """
    Goes to the queen; if she does not answer, to every executor. What could open is cancelled. Stops and
    targets stay at the venue, unless the topology says atEnd: "flatten".
    """)
  private static let start = sending(
    .start, "let a ready session trade (goLive: \"by-command\")", scope: [],
    "Goes to the queen. `waggle status` shows whether she is ready.")
}

extension CommandGuide {
  private static let set = CommandGuide(
    command: .set, summary: "tell or change a strategy's live parameters",
    syntax: Syntax(
      "waggle set", operands: [.required("STRATEGY"), .optional("KEY"), .optional("VALUE")],
      options: person + place + [json]),
    details: """
      With STRATEGY alone: every parameter that may be changed while it runs, with its value, what is allowed,
      what the topology says, and who set it when. With KEY and VALUE: sets it. The strategy's own program
      checks it, keeps it in its journal with name and reason, and decides by it from the same turn on, also
      after a restart of the run; the topology file is left as it is and counts again in a new run. A negative
      VALUE stands behind --: `waggle set maker shift -- -1`.

      Exit code 0 if it was told or set, 64 wrong usage, else 1: refused, with what would be allowed, or
      nobody answered. Who got no answer asks again: to set the same value twice does no harm.
      """)

  private static let panic = CommandGuide(
    command: .panic, summary: "cancel every order at the venues themselves, whatever else is dead",
    syntax: Syntax(
      "waggle panic",
      options: [
        .flag("--yes", "do not ask first; needed where nobody can be asked"),
        .flag("--flatten", "then close the positions, through the executors that live"),
        .value("--account", "NAME", "only this account"),
        .value("--timeout", "SECONDS", "how long to try, 0.1 to 60; default: 5"), person[0], person[1],
      ] + place),
    details: """
      Sends a cancel of everything straight to the venue of each account, past queen and executors, and again
      until the venue says that no order is left. Behind the cancels a panic goes to the queen, the executors
      and the risk owners, as far as they live: it is latched, and nothing is placed again, stops and targets
      included, until `waggle resume` of the same scope. An executor that is dead comes back mute where the
      queen has latched it. Opens no journal and writes no file. Positions stay, WITHOUT PROTECTION, and are
      listed: close them with --flatten or `waggle flatten`.

      Prints what each venue says is left. Exit code 0 only if every account's venue confirmed that no order
      is open, else 1. A live venue cannot be reached by this build: it is said, and is to be cancelled by
      hand.
      """)

  private static let journal = CommandGuide(
    command: .journal, summary: "check, show, export or convert what a component's journal holds",
    syntax: Syntax(
      "waggle journal", operands: [.required("verify|show|export|convert"), .required("COMPONENT|FILE")],
      options: [
        .value("--after", "N", "rows after this one; default: 0"),
        .value("--limit", "N", "at most so many rows"),
        .value("--format", "jsonl|csv", "of an export; default: jsonl, one JSON object a line"),
        .value("--output", "FILE", "write the export here, replacing the file; default: standard output"),
      ] + place),
    details: """
      verify   chain, seals and snapshots, every fact, and whether the facts make the states of the snapshots
      show     a line per fact, times in UTC
      export   every field of every fact; numbers of money are decimals in quotes, times are integers of
               nanoseconds UTC. A table (CSV, RFC 4180) has seq, epoch, atNanos, component, fact, correlation,
               and then all fields that facts of the component have, always in the same order
      convert  takes FILE or a run's folder: writes journals of the format before anew, so that the run can be
               gone on with, and keeps the former ones beside them as NAME.journal.former

      FILE is a path or a name ending in .journal. A journal that a process holds is asked of its owner, up to
      the row that is the last then; its chain can be verified when it has ended, and its rows come without
      correlations. Rows of kinds that this build does not know are given as 'unknown' with their bytes.

      Exit code 0 if all is well; 64 wrong usage or no such journal, 74 the environment failed, 75 its owner
      does not answer, 78 it is damaged or cannot be read by this build.
      """)

  private static let order = CommandGuide(
    command: .order, summary: "the whole history of an order or an intent",
    syntax: Syntax("waggle order", operands: [.required("ID")], options: place + [json]),
    details: """
      ID is the client order id of an order or a cancel (24 characters beginning with W), or an intent's id
      (32 hexadecimal digits). Reads the journals of signals, risk owners, executors and venues, those of
      living components from their owners, and shows in order of time every row that concerns the order, its
      intent and the intent's other orders, with the time since the row before.

      Exit code 0 if something was found and every journal could be read, else 1.
      """)
}
