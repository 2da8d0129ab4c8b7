import Foundation
import SBECodegen
import Testing

/// What public decoders disagree about, and what old readers cannot follow, is refused with its line.
struct SchemaProblemTests {
  /// A part of the first test schema, what it is replaced by, and the problem that makes, without its line.
  struct Case: CustomTestStringConvertible {
    var part: String
    var replacement: String
    var problem: String
    /// Text of the line the problem is told for, where that is not the part's own.
    var place: String
    var testDescription: String { problem }

    init(_ part: String, _ replacement: String, _ problem: String, at place: String? = nil) {
      (self.part, self.replacement, self.problem, self.place) = (part, replacement, problem, place ?? part)
    }
  }

  static let label = #"<field name="label" id="2" type="Label" description="d"/>"#
  static let content = #"<data name="content" id="30" type="longData" description="d"/>"#
  static let letter = #"<field name="letter" id="1" type="Letter" description="d"/>"#
  static let marks = #"<field name="marks" id="5" type="Marks" description="d"/>"#

  static let fieldCases = [
    Case(
      label, #"<field name="label" id="2" type="uint32" description="d"/>"#,
      #"field "label" has the primitive type uint32; name a <type> for it, decoders need one"#),
    Case(
      label, #"<field name="label" id="2" type="Nothing" description="d"/>"#,
      #"field "label": there is no type "Nothing""#),
    Case(
      label, #"<field name="label" id="2" type="longData" description="d"/>"#,
      #"field "label": "longData" is no type for a field, or has problems of its own"#),
    Case(
      label, #"<field name="label" id="2" type="Label"/>"#,
      #"field "label" has no description; say what it means, with its unit"#),
    Case(
      label, #"<field name="label" id="2" type="Label" description="  "/>"#,
      #"field "label" has no description; say what it means, with its unit"#),
    Case(
      label, #"<field name="label" id="1" type="Label" description="d"/>"#,
      #"message "Blob": "label" and "envelope" have the same id 1"#),
    Case(
      label, #"<field name="Label" id="2" type="Label" description="d"/>"#,
      #"field "Label": a field's name begins with a small letter"#),
    Case(
      label, #"<field name="la-bel" id="2" type="Label" description="d"/>"#,
      #"the name "la-bel" is not a letter followed by letters, digits or _"#),
    Case(
      label, #"<field name="label" id="0" type="Label" description="d"/>"#,
      #"field "label": id is "0", not a number from 1 to 65535"#),
    Case(
      label, #"<field name="label" id="2" type="Label" presense="optional" description="d"/>"#,
      #"field "label": attribute presense is not known or not supported"#),
    Case(
      label, #"<field name="label" id="2" type="Label" presence="constant" description="d"/>"#,
      #"field "label": presence "constant" is neither required nor optional"#),
    Case(
      label, #"<field name="label" id="2" type="Label" presence="optional" description="d"/>"#,
      #"field "label" is optional text; the empty text says none"#),
    Case(
      label, #"<field name="label" id="2" type="Label" offset="50" description="d"/>"#,
      #"field "label": offset is 50, but the fields before end at 48"#),
    Case(
      label, #"<field name="block" id="2" type="Label" description="d"/>"#,
      #"message "Blob": the generated code already has a member "block""#),
    Case(
      label, #"<field name="label" id="2" type="Label" sinceVersion="2" description="d"/>"#,
      #"field "label": sinceVersion 2 is newer than the schema's version 1"#),
    Case(
      label, #"<field name="label" id="2" type="Label" semanticType="Prise" description="d"/>"#,
      #"field "label": semanticType "Prise" is not known; known are Price, Quantity, Money, UTCTimestamp"#),
    Case(
      label, #"<field name="label" id="2" type="Label" semanticType="Price" description="d"/>"#,
      #"field "label": semanticType Price needs int64"#),
    Case(
      label, #"<field name="label" id="2" type="Label" description="d"><x/></field>"#,
      #"field "label" has an element <x> inside; it takes none"#),
    Case(
      marks, #"<field name="marks" id="5" type="Marks" presence="optional" description="d"/>"#,
      #"field "marks" is an optional set; the empty set says none"#),
    Case(
      marks, #"<field name="price" id="5" type="Marks" description="d"/>"#,
      #"message "Report" has two fields named "price""#),
  ]

  static let messageCases = [
    Case(
      #"name="Blob" id="8""#, #"name="Blob" id="7""#, #"messages: "Blob" and "Report" have the same id 7"#),
    Case(#"name="Blob""#, #"name="Report""#, #"the generated code already has a type "Report""#),
    Case(#"name="Blob""#, #"name="blob""#, #"message "blob": a message's name begins with a capital"#),
    Case(#"name="Blob""#, #"name="Topic""#, #"the generated code already has a type "Topic""#),
    Case(
      #"id="8" blockLength="54""#, #"id="8" blockLength="53""#,
      #"message "Blob": blockLength is 53, but its fields take 54 bytes"#),
    Case(#"id="8" blockLength="54""#, #"id="8""#, #"message "Blob" has no blockLength; it is 54"#),
    Case(
      #"description="A message with data""#, "",
      #"message "Blob" has no description; say what it means, with its unit"#),
    Case(
      #"id="9" blockLength="48" description="A message of nothing but its envelope">"#,
      #"id="9" blockLength="0" description="d"></sbe:message>"#
        + #"<sbe:message name="P" id="11" blockLength="48" description="d">"#,
      #"message "Ping": the first field must be "envelope" of type Envelope"#),
    Case(
      content, content + #"<data name="more" id="31" type="longData" description="d"/>"#,
      #"data "more" is the second <data>; a message has at most one"#),
    Case(
      content, content + #"<field name="late" id="31" type="Label" description="d"/>"#,
      #"field "late" stands behind a group or data; fields come first"#),
    Case(
      content,
      content + #"<group name="late" id="31" blockLength="1" description="d">"#
        + #"<field name="tiny" id="1" type="tiny" description="d"/></group>"#,
      #"group "late" stands behind data; <data> is the last element of a message"#),
    Case(
      content, #"<data name="content" id="30" type="Label" description="d"/>"#,
      #"data "content": "Label" is not a composite of length and varData"#),
    Case(content, #"<datum name="content"/>"#, "<datum> is not expected here; expected field, group or data"),
    Case(
      letter, letter + #"<group name="deep" id="3" blockLength="1" description="d"/>"#,
      #"group "entries" has a <group> inside; groups do not nest and hold only fields"#),
    Case(
      #"id="20" blockLength="9""#, #"id="20" blockLength="10""#,
      #"group "entries": blockLength is 10, but its fields take 9 bytes"#),
    Case(
      #"name="entries""#, #"name="letters""#,
      #"group "letters": its entry type "Letter" hides the type of that name"#),
    Case(
      #"dimensionType="groupSizeEncoding""#, #"dimensionType="longData""#,
      #"group "entries": dimensionType is "longData", not groupSizeEncoding"#),
    Case(
      #"<field name="price" id="2" type="Price" description="d"/>"#,
      #"<field name="price" id="1" type="Price" description="d"/>"#,
      #"group "entries": "price" and "letter" have the same id 1"#),
  ]

  static let typeCases = [
    Case(
      #"<type name="Wide" primitiveType="uint16" nullValue="9"/>"#,
      #"<type name="Wide" primitiveType="uint16" nullValue="65536"/>"#,
      #"type "Wide": nullValue "65536" is not in the range of uint16"#),
    Case(
      #"<type name="Wide" primitiveType="uint16" nullValue="9"/>"#,
      #"<type name="Wide" primitiveType="uint16" nullValue="9"/>"#
        + #"<type name="List" primitiveType="uint8" length="16"/>"#,
      #"type "List" is an array of uint8; only char[n] is supported, or two uint64"#),
    Case(
      #"name="Label" primitiveType="char" length="6""#, #"name="Label" primitiveType="char""#,
      #"type "Label" is a char without a length; give one, or use uint8"#),
    Case(
      #"name="Factor" primitiveType="double" nullValue="NaN""#,
      #"name="Factor" primitiveType="double" nullValue="0""#,
      #"type "Factor": nullValue is "0"; of a double it can only be NaN"#),
    Case(
      #"name="Factor" primitiveType="double""#, #"name="Factor" primitiveType="float""#,
      #"type "Factor": primitiveType "float" is not one of char, int8, int16, int32, int64, "#
        + "uint8, uint16, uint32, uint64, double"),
    Case(
      #"<type name="Price" primitiveType="int64" nullValue="-9223372036854775808""#,
      #"<type name="Price" primitiveType="int64""#,
      #"field "price" is optional, but type "Price" has no nullValue"#,
      at: #"<field name="price" id="3""#),
    Case(
      #"<type name="Price" primitiveType="int64""#, #"<type name="Label" primitiveType="int64""#,
      #"the type name "Label" is taken by line 33"#,
      at: #"<type name="Label""#),
    Case(
      #"<type name="code" primitiveType="char" length="4" description="d"/>"#,
      #"<ref name="code" type="Label"/>"#,
      #"composite "reference" has a <ref>; composites are flat and of primitives"#),
    Case(
      #"<type name="code" primitiveType="char" length="4" description="d"/>"#,
      #"<type name="code" primitiveType="char" length="4"/>"#,
      #"type "code" has no description; say what it means, with its unit"#),
    Case(
      #"<type name="epoch" primitiveType="uint32" description="d"/>"#,
      #"<type name="epoch" primitiveType="uint64" description="d"/>"#,
      #"composite "Envelope" must be sender uint16, flags uint16, epoch uint32, sequence uint64, "#
        + "sent int64, origin int64, correlationHigh uint64, correlationLow uint64, all required; "
        + "it is sender uint16, flags uint16, epoch uint64, sequence uint64, sent int64, origin int64, "
        + "correlationHigh uint64, correlationLow uint64", at: #"<composite name="Envelope""#),
    Case(
      #"<type name="length" primitiveType="uint32"/>"#, #"<type name="length" primitiveType="uint64"/>"#,
      #"composite "longData" has varData; it must be length of uint8, uint16 or uint32, "#
        + "then varData of uint8, length 0", at: #"<composite name="longData""#),
    Case(
      #"<validValue name="IOC" description="d">2</validValue>"#,
      #"<validValue name="IOC" description="d">1</validValue>"#,
      #""IOC" and "One" of "Step" are both 1"#),
    Case(
      #"<validValue name="IOC" description="d">2</validValue>"#,
      #"<validValue name="IOC" description="d">9</validValue>"#,
      #"validValue "IOC": 9 is the null value or beyond uint16"#),
    Case(
      #"<validValue name="IOC" description="d">2</validValue>"#, #"<validValue name="IOC">2</validValue>"#,
      #"validValue "IOC" has no description; say what it means, with its unit"#),
    Case(
      #"<validValue name="IOC" description="d">2</validValue>"#,
      #"<validValue name="one" description="d">2</validValue>"#,
      #""Step" has "one" twice"#),
    Case(
      #"<validValue name="IOC" description="d">2</validValue>"#,
      #"<validValue name="IOC" description="d">x</validValue>"#,
      #"validValue "IOC": "x" is not a number"#),
    Case(
      #"<enum name="Letter" encodingType="char""#, #"<enum name="Letter" encodingType="int8""#,
      #"enum "Letter" is encoded as "int8"; it must be uint8, uint16, char or a type of these"#),
    Case(
      #"<choice name="top" description="d">63</choice>"#, #"<choice name="top" description="d">64</choice>"#,
      #"choice "top": bit 64 is beyond uint64"#),
    Case(
      #"byteOrder="littleEndian""#, #"byteOrder="bigEndian""#,
      #"byteOrder is "bigEndian"; only littleEndian is supported"#, at: "byteOrder="),
    Case(
      #"version="1""#, #"version="0""#, #"<messageSchema>: version is "0", not a number from 1 to 65534"#,
      at: "byteOrder="),
  ]

  @Test(arguments: fieldCases + messageCases + typeCases)
  func aFaultySchemaIsRefusedWithItsLine(_ fault: Case) throws {
    let range = try #require(TestSchemas.first.range(of: fault.part), "not in the schema: \(fault.part)")
    let faulty = TestSchemas.first.replacingCharacters(in: range, with: fault.replacement)
    let problems = problems(of: faulty)
    let problem = try #require(
      problems.first { $0.message == fault.problem }, "found \(problems) instead of \(fault.problem)")
    let place = try #require(TestSchemas.first.range(of: fault.place))
    #expect(problem.line == TestSchemas.first[..<place.lowerBound].filter { $0 == "\n" }.count + 1)
  }

  @Test func aProblemNamesTheLineOfItsElement() throws {
    let faulty = TestSchemas.first.replacingOccurrences(
      of: Self.label, with: Self.label.replacing("Label", with: "uint8"))
    let lines = faulty.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains(#"type="uint8" description"#) }) + 1
    #expect(problems(of: faulty).map(\.line) == [line])
  }

  @Test func allProblemsAreToldAtOnceInTheOrderOfTheirLines() {
    let faulty = TestSchemas.first.replacingOccurrences(of: #" description="d""#, with: "")
    let problems = problems(of: faulty)
    #expect(problems.count > 20)
    #expect(problems.map(\.line) == problems.map(\.line).sorted())
  }

  @Test func whatWasAddedLaterMustBeAppendedAndAbleToBeAbsent() {
    let second = TestSchemas.second
    #expect(
      messages(of: second.replacingOccurrences(of: #"type="Label" sinceVersion="2""#, with: #"type="Label""#))
        .contains(#"field "newLabel" is of version 1, behind one of version 2; append what is new"#))
    #expect(
      messages(
        of: second.replacingOccurrences(of: #"type="Wide" presence="optional""#, with: #"type="Wide""#))
        == [#"field "newWide" was added later, so it must be optional"#])
    let content = #"<data name="content""#
    let group =
      #"<group name="late" id="31" blockLength="1" sinceVersion="2" description="d">"#
      + #"<field name="tiny" id="1" type="tiny" description="d"/></group>"#
    #expect(
      messages(of: second.replacingOccurrences(of: content, with: group + content))
        == [#"data "content" is of version 1, behind one of version 2; append what is new"#])
  }

  @Test func brokenXMLIsRefusedWithItsLine() {
    let problems = problems(of: "<a>\n<b>\n</a>\n")
    #expect(problems.count == 1)
    #expect(problems.first?.message.hasPrefix("not well-formed XML: ") == true)
    #expect(problems.first.map { (2...4).contains($0.line) } == true, "\(problems)")
  }

  @Test func anotherDocumentIsRefused() {
    #expect(messages(of: "<project/>") == ["the root element is <project>, not <messageSchema>"])
    #expect(messages(of: TestSchemas.head(version: 1) + TestSchemas.tail) == ["the schema has no message"])
  }

  private func messages(of document: String) -> [String] { problems(of: document).map(\.message) }

  private func problems(of document: String) -> [SchemaProblem] {
    do {
      _ = try generateSwift(fromSchema: Data(document.utf8))
      return []
    } catch {
      return error.list
    }
  }
}
