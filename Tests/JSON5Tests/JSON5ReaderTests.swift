import JSON5
import Testing

/// The tree as compact text: keys and strings quoted, numbers as written.
func compact(_ node: SyntaxNode) -> String {
  switch node.value {
  case .null: "null"
  case .bool(let flag): "\(flag)"
  case .number(let number): number.text
  case .string(let text): "\"\(text)\""
  case .array(let nodes): "[" + nodes.map(compact).joined(separator: ",") + "]"
  case .object(let members):
    "{" + members.map { "\"\($0.key)\":\(compact($0.value))" }.joined(separator: ",") + "}"
  }
}

func syntaxError(of text: String) -> SyntaxError? {
  do throws(SyntaxError) {
    _ = try JSON5Reader.read(text)
    return nil
  } catch {
    return error
  }
}

/// The short example of the JSON5 specification (spec.json5.org, section 1.2).
private let specificationExample = """
  {
    // comments
    unquoted: 'and you can quote me on that',
    singleQuotes: 'I can use "double quotes" here',
    lineBreaks: "Look, Mom! \\
  No \\\\n's!",
    hexadecimal: 0xdecaf,
    leadingDecimalPoint: .8675309, andTrailing: 8675309.,
    positiveSign: +1,
    trailingComma: 'in objects', andIn: ['arrays',],
    "backwardsCompatible": "with JSON",
  }
  """

@Test func theExampleOfTheSpecificationReads() throws {
  let node = try JSON5Reader.read(specificationExample)
  #expect(node["unquoted"]?.string == "and you can quote me on that")
  #expect(node["singleQuotes"]?.string == "I can use \"double quotes\" here")
  #expect(node["lineBreaks"]?.string == "Look, Mom! No \\n's!")
  #expect(node["hexadecimal"]?.integer == 0xdecaf)
  #expect(node["leadingDecimalPoint"]?.number?.plainDecimal == "0.8675309")
  #expect(node["andTrailing"]?.integer == 8_675_309)
  #expect(node["positiveSign"]?.integer == 1)
  #expect(node["andIn"]?.elements?.map(\.string) == ["arrays"])
  #expect(node["backwardsCompatible"]?.string == "with JSON")
  #expect(node.members?.count == 10)
}

@Test(arguments: [
  ("null", "null"), (" true ", "true"), ("false//end", "false"), ("[]", "[]"), ("{}", "{}"),
  ("[1,2,]", "[1,2]"), ("{a:1,}", "{\"a\":1}"), ("{'a b':[{}]}", "{\"a b\":[{}]}"),
  ("/* x */[/**/1/* * / */,2]// y\n", "[1,2]"),
  ("{$_a1:1,\\u0061:2,höhe:3}", "{\"$_a1\":1,\"a\":2,\"höhe\":3}"),
  ("{a:1,a:2}", "{\"a\":1,\"a\":2}"),
  ("{null:1,true:2,Infinity:3}", "{\"null\":1,\"true\":2,\"Infinity\":3}"),
  ("\u{FEFF}\u{A0}\u{2028}1\u{2003}", "1"), ("[-Infinity,+NaN]", "[-Infinity,+NaN]"),
])
func thisIsJSON5(text: String, tree: String) throws {
  #expect(compact(try JSON5Reader.read(text)) == tree)
}

@Test(arguments: [
  (#""\b\f\n\r\t\v\0\'\"\\\/\a""#, "\u{08}\u{0C}\n\r\t\u{0B}\0'\"\\/a"), (#"'\x41\u00e9'"#, "Aé"),
  (#"'\ud83d\udc1d'"#, "🐝"), ("'a\\\r\nb\\\nc\\\u{2028}d'", "abcd"), ("'\u{2028}'", "\u{2028}"),
])
func escapesStandForTheirCharacters(text: String, content: String) throws {
  #expect(try JSON5Reader.read(text).string == content)
}

@Test(arguments: [
  ("", "1:1", "a value", "the end of the text"),
  ("{a 1}", "1:4", "':' after the key 'a'", "'1'"),
  ("{a:1 b:2}", "1:6", "',' or '}' after the value of 'a'", "'b'"),
  ("[1 2]", "1:4", "',' or ']' after element 1 of the list", "'2'"),
  ("[1,\n 2", "2:3", "']' to close the list opened at 1:1", "the end of the text"),
  ("{\n  a: {b:1}", "2:11", "'}' to close the object opened at 1:1", "the end of the text"),
  ("{a:maker}", "1:4", "a value (text values stand in quotes)", "'m'"),
  ("'abc\nd'", "1:5", "\"'\" to close the string opened at 1:1", "the end of the line"),
  ("[,]", "1:2", "a value", "','"), ("{,}", "1:2", "a key (a name, or any text in quotes) or '}'", "','"),
  ("{1a:2}", "1:2", "a key (a name, or any text in quotes) or '}'", "'1'"),
  ("012", "1:4", "a number without leading zeros", "the end of the text"),
  ("[1e]", "1:4", "a digit of the exponent", "']'"), ("[0x]", "1:4", "a hexadecimal digit", "']'"),
  ("[.]", "1:3", "a digit", "']'"), ("[+]", "1:3", "a number", "']'"),
  ("[12px]", "1:4", "the end of the number", "'p'"),
  ("1 2", "1:3", "the end of the text", "'2'"),
  ("[truely]", "1:2", "a value (text values stand in quotes)", "'t'"),
  ("1/*", "1:4", "'*/' to close the comment opened at 1:2", "the end of the text"),
  (#"'\1'"#, "1:2", "an escape of JSON5", "'\\1'"),
  (#"'\01'"#, "1:4", "no digit after '\\0' (octal escapes are not JSON5)", "'1'"),
  (#"'\u12g4'"#, "1:6", "4 hexadecimal digits", "'g'"),
  (#"'\udc1d'"#, "1:2", "a character, or a high surrogate followed by a low one", "a lone surrogate"),
  ("[1,\u{1}]", "1:4", "a value", "the control character U+0001"),
])
func syntaxErrorsSayWhereAndWhat(text: String, place: String, expected: String, found: String) {
  let error = syntaxError(of: text)
  #expect(error?.place.description == place, "\(text)")
  #expect(error?.expected == expected, "\(text)")
  #expect(error?.found == found, "\(text)")
}

@Test func everyNodeKnowsItsPlace() throws {
  // CR LF, CR and LF each end one line; the bee is one column; the comment has a line end inside.
  let node = try JSON5Reader.read("{\r\n  a: '🐝', b: 1,\r /* x\n y */ c: [\n\t2]}")
  #expect(node.place == SourcePlace(line: 1, column: 1))
  let members = try #require(node.members)
  #expect(members.map(\.keyPlace.description) == ["2:3", "2:11", "4:7"])
  #expect(members.map(\.value.place.description) == ["2:6", "2:14", "4:10"])
  #expect(members[2].value.elements?.first?.place.description == "5:2")
}

@Test func nestingIsBounded() throws {
  let deepest = String(repeating: "[", count: 64) + "1" + String(repeating: "]", count: 64)
  _ = try JSON5Reader.read(deepest)
  let error = syntaxError(of: "[" + deepest + "]")
  #expect(error?.expected == "at most 64 levels of nesting")
  #expect(error?.place.column == 66)
}

@Test func sizeIsBounded() {
  let error = syntaxError(of: String(repeating: " ", count: JSON5Reader.maxBytes + 1))
  #expect(error?.found == "4194305 bytes")
}

@Test func bytesThatAreNotUTF8AreRefusedWithTheirPlace() throws {
  #expect(try JSON5Reader.read(bytes: Array("['é']".utf8)).elements?.first?.string == "é")
  #expect {
    try JSON5Reader.read(bytes: Array("{\n  a: '".utf8) + [0xFF] + Array("'}".utf8))
  } throws: { error in
    (error as? SyntaxError)?.place == SourcePlace(line: 2, column: 7)
  }
}

/// Any prefix and any one-byte change of a text either reads or is refused: the reader never traps.
@Test func damagedTextsNeverTrap() {
  let bytes = Array(specificationExample.utf8)
  var refused = 0
  for end in 0..<bytes.count {
    if syntaxError(of: String(decoding: bytes[..<end], as: UTF8.self)) != nil { refused += 1 }
  }
  #expect(refused == bytes.count, "an object without its last bracket is never whole")
  for index in bytes.indices {
    for replacement in ["{", "]", "\\", "'", "/", "0", "\n", "\u{0}", ","] {
      var damaged = bytes
      damaged[index] = replacement.utf8.first!
      _ = syntaxError(of: String(decoding: damaged, as: UTF8.self))
    }
  }
}
