/// What a file declares by name, and which words it uses.
///
/// It sees words, not types: any word counts as a use of everything of that name, but for a declaration's own
/// name, the name in `extension Name`, and a name inside what is declared by that name.
struct DeclarationScan {
  private enum Scope {
    case type(names: [String])
    case enumeration(names: [String], hasRawValues: Bool)
    case requirements(names: [String])
    case body(name: String?)

    var names: [String] {
      switch self {
      case .type(let names), .enumeration(let names, _), .requirements(let names): names
      case .body(let name): name.map { [$0] } ?? []
      }
    }
  }

  /// A list that goes on behind a comma: `case a, b(Int)` or `let a = 1, b = 2`.
  private enum List { case cases, bindings }

  private(set) var declarations: [Declaration] = []
  /// Names that a protocol of ours asks for: whoever conforms declares them, and calls may go by the protocol.
  private(set) var requirements: Set<String> = []
  /// Words that are more than a label.
  private(set) var uses: Set<String> = []
  /// Those before the colon of an argument or a parameter.
  private(set) var labels: Set<String> = []
  /// Those of the uses that stand behind a dot.
  private(set) var members: Set<String> = []

  private let tokens: [CodeToken]
  private var position = 0
  private var scopes: [Scope] = []
  private var conditions: [[Scope]] = []
  private var brackets = 0
  /// What the next brace opens that stands at this depth of brackets.
  private var pending: (scope: Scope, brackets: Int)?
  private var list: (kind: List, brackets: Int)?
  private var isOverride = false
  private var isEntry = false

  init(_ file: SourceFile) {
    tokens = CodeToken.all(in: file)
    while position < tokens.count { step() }
  }

  private mutating func step() {
    let token = tokens[position]
    guard token.isWord else { return sign(token) }
    if position > 0, tokens[position - 1].text == "." { return use(token) }
    switch token.text {
    case "import": skipLine()
    case "struct", "enum", "class", "actor", "protocol": type(token)
    case "extension": extended()
    case "typealias" where isAtTypeLevel: alias()
    case "associatedtype": requirement()
    case "func": function()
    case "init" where isAtTypeLevel, "subscript" where isAtTypeLevel, "deinit" where isAtTypeLevel:
      begin(.body(name: nil))
      position += 1
    case "var" where isAtTypeLevel, "let" where isAtTypeLevel: property()
    case "case" where isAtTypeLevel: enumCase()
    case "override":
      isOverride = true
      position += 1
    case "main" where position > 0 && tokens[position - 1].text == "@":
      isEntry = true
      position += 1
    default: use(token)
    }
  }

  private var isAtTypeLevel: Bool {
    guard brackets == 0 else { return false }
    if case .body = scopes.last { return false }
    return true
  }

  private func word(at index: Int) -> CodeToken? {
    index < tokens.count && tokens[index].isWord ? tokens[index] : nil
  }

  private mutating func use(_ token: CodeToken) {
    let before = position > 0 ? tokens[position - 1] : nil
    position += 1
    let after = position < tokens.count ? tokens[position].text : ""
    guard !scopes.contains(where: { $0.names.contains(token.text) }) else { return }
    switch before?.text {
    case ".": members.insert(token.text)
    // A local name that is only like it; `if let name {` reads the outer one.
    case "let" where after == "=" || after == ":", "var" where after == "=" || after == ":",
      "for" where after == "in":
      return
    case "(" where after == ":", "," where after == ":":
      labels.insert(token.text)
      return
    case .some(let word) where after == ":" && before?.isWord == true && !Self.expressionWords.contains(word):
      // The inner name of a parameter.
      return
    default: break
    }
    uses.insert(token.text)
  }

  /// Words before an expression, not before a parameter's name.
  private static let expressionWords: Set = [
    "as", "await", "case", "in", "is", "return", "throw", "try", "unsafe", "where",
  ]

  private mutating func skipLine() {
    let line = tokens[position].line
    while position < tokens.count, tokens[position].line == line { position += 1 }
  }

  // MARK: - Signs

  private mutating func sign(_ token: CodeToken) {
    switch token.text {
    case "#": return directive()
    case "(", "[": brackets += 1
    case ")", "]": brackets -= 1
    case "{": open()
    case "}": close()
    case ",": return goOn()
    default: break
    }
    position += 1
  }

  private mutating func open() {
    list = nil
    if let pending, pending.brackets == brackets {
      scopes.append(pending.scope)
      self.pending = nil
    } else {
      scopes.append(.body(name: nil))
    }
    outer.append(brackets)
    brackets = 0
  }

  /// The depth of brackets around each open brace: a closure among arguments has a depth of its own.
  private var outer: [Int] = []

  private mutating func close() {
    list = nil
    pending = nil
    _ = scopes.popLast()
    brackets = outer.popLast() ?? 0
  }

  /// Each branch of `#if` starts in the scope in which the first one did.
  private mutating func directive() {
    switch word(at: position + 1)?.text {
    case "if":
      conditions.append(scopes)
      skipLine()
    case "else", "elseif":
      let kept = conditions.last ?? []
      outer = Array(outer.prefix(kept.count))
      scopes = kept
      skipLine()
    case "endif":
      _ = conditions.popLast()
      position += 2
    default: position += 1
    }
  }

  private mutating func goOn() {
    position += 1
    guard let list, list.brackets == brackets, let name = word(at: position) else { return }
    switch list.kind {
    case .cases: take(.enumCase, name)
    case .bindings:
      let next = position + 1 < tokens.count ? tokens[position + 1].text : ""
      if next == ":" || next == "=" { take(.stored, name) }
    }
  }

  // MARK: - Declarations

  private mutating func begin(_ scope: Scope) {
    pending = (scope, brackets)
    list = nil
    isOverride = false
    isEntry = false
  }

  /// The token at `position` is the name.
  private mutating func take(_ kind: Declaration.Kind, _ name: CodeToken) {
    position += 1
    if case .requirements = scopes.last, kind != .type {
      requirements.insert(name.text)
    } else if case .enumeration(_, let hasRawValues) = scopes.last, hasRawValues, kind == .enumCase {
      // Made from the raw value that a message or a file holds.
    } else if !isOverride, name.text != "_" {
      declarations.append(Declaration(name: name.text, kind: kind, line: name.line))
    }
  }

  private mutating func type(_ keyword: CodeToken) {
    position += 1
    guard brackets == 0, let name = word(at: position),
      keyword.text != "actor" || name.text.first!.isUppercase,
      !["func", "var", "let", "subscript"].contains(name.text)
    else { return }
    if isEntry { position += 1 } else { take(.type, name) }
    switch keyword.text {
    case "protocol": begin(.requirements(names: [name.text]))
    case "enum": begin(.enumeration(names: [name.text], hasRawValues: inheritsRawValues()))
    default: begin(.type(names: [name.text]))
    }
  }

  private static let rawValues: Set<String> = [
    "String", "Character", "Int", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64",
    "CaseIterable", "CodingKey",
  ]

  private func inheritsRawValues() -> Bool {
    let head = tokens[position...].prefix { $0.text != "{" && $0.text != "where" }
    return head.contains { Self.rawValues.contains($0.text) }
  }

  private mutating func extended() {
    position += 1
    var names: [String] = []
    while let name = word(at: position) {
      names.append(name.text)
      position += 1
      guard position < tokens.count, tokens[position].text == "." else { break }
      position += 1
    }
    begin(.type(names: names))
  }

  private mutating func alias() {
    position += 1
    if let name = word(at: position) { take(.alias, name) }
    list = nil
    isOverride = false
  }

  private mutating func requirement() {
    position += 1
    if let name = word(at: position) { take(.alias, name) }
  }

  private mutating func function() {
    position += 1
    let name = word(at: position)
    if let name, isAtTypeLevel { take(.function, name) } else if name != nil { position += 1 }
    begin(.body(name: name?.text))
  }

  private mutating func property() {
    position += 1
    guard let name = word(at: position) else { return }
    take(isComputed() ? .computed : .stored, name)
    begin(.body(name: name.text))
    list = (.bindings, brackets)
  }

  /// Whether a body follows the name at `position`, and not a value or nothing.
  private func isComputed() -> Bool {
    var depth = 0
    for index in (position + 1)..<max(tokens.count, position + 1) {
      let token = tokens[index]
      if depth == 0 && token.line != tokens[index - 1].line { return false }
      switch token.text {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "=" where depth == 0: return false
      case "{" where depth == 0: return !["willSet", "didSet"].contains(word(at: index + 1)?.text)
      default: break
      }
    }
    return false
  }

  private mutating func enumCase() {
    position += 1
    guard let name = word(at: position) else { return }
    take(.enumCase, name)
    list = (.cases, brackets)
    isOverride = false
  }
}
