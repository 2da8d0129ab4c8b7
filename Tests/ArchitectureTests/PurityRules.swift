/// What a core and all it rests on must not have: time, input and output, chance, concurrency, hash order.
enum PurityRules {
  static let all = [
    systemModules, clocks, inputAndOutput, randomness, concurrency, mutableGlobals, hashOrder,
  ]

  static let systemModules = Rule.ban(
    "a pure target imports the system",
    #"^\s*(?:@\w+(?:\([^)]*\))?\s+)?import (?:Foundation\w*|Glibc|Musl|Dispatch|CLinux)\b"#,
    binds: Layer.isPure,
    // The C library's exp, log and sqrt: the one file of the mathematics.
    except: { $0.path == "Sources/Models/Math.swift" && !$0.code.contains("import Foundation") })

  static let clocks = Rule.ban(
    "a clock in a pure target",
    #"\bClock\.\w+|"#
      + #"\b(?:ContinuousClock|SuspendingClock|clock_gettime|gettimeofday|DispatchTime|mach_absolute_time)\b|"#
      + #"\bDate\s*[(.]|"#
      + #"\btime\(nil\)"#,
    binds: Layer.isPure)

  static let inputAndOutput = Rule.ban(
    "input or output in a pure target",
    #"\b(?:print|debugPrint|dump|readLine|fopen|fputs|puts|printf|getenv|socket)\s*\(|"#
      + #"\b(?:FileHandle|FileManager|URLSession|ProcessInfo|CommandLine)\b"#,
    binds: Layer.isPure)

  static let randomness = Rule.ban(
    "chance in a pure target",
    #"\bSystemRandomNumberGenerator\b|"#
      + #"\.random\s*\(|"#
      + #"\.randomElement\s*\(|"#
      + #"\.shuffled?\s*\(|"#
      + #"\b(?:arc4random|drand48|rand)\s*\(|"#
      + #"\bUUID\s*\("#,
    binds: Layer.isPure)

  static let concurrency = Rule.ban(
    "concurrency in a pure target", concurrentCode, binds: Layer.isPure,
    // Which canary sings is chosen for the whole process, in builds that hold them: nowhere else.
    except: {
      $0.path == "Sources/ActorKit/Canary.swift"
        && !Pattern(concurrentCode).isFound(in: $0.code(without: "CANARIES"))
    })

  private static let concurrentCode =
    #"\bTask\s*[.{<]|"#
    + #"\basync\b|"#
    + #"\bawait\b|"#
    + #"^\s*(?:public |package )?(?:distributed )?actor\s|"#
    + #"\b(?:DispatchQueue|Thread|Mutex|Atomic|pthread_\w+)\b"#

  static let mutableGlobals = Rule.ban(
    "a mutable global in a pure target",
    // Stored: a type or value, but no body on the line. A computed one has its brace there.
    #"^(?:public |package |internal |private |fileprivate )*var \w+[^{\n]*$|"#
      + #"^\s*(?:@\w+ )*(?:public |package |internal |private |fileprivate )*(?:static|class) var \w+[^{\n]*$|"#
      + #"\bnonisolated\(unsafe\)"#,
    binds: Layer.isPure)

  static let hashOrder = Rule("iteration in hash order in a pure target", binds: Layer.isPure) { file in
    HashOrder(file).findings
  }
}
