import Foundation
import SBECodegen
import Testing

/// What `records.xml` may say; everything else is refused with its line.
@Suite struct RecordSchemaTests {
  private static let sound = """
    <records>
      <values target="Words" imports="ActorKit Trading">
        <value name="Price" raw="Int64"/>
        <value name="Key" members="high UInt64, low UInt64"/>
        <value name="Side" code="UInt8"/>
      </values>
      <parts target="Core" imports="ActorKit">
        <enum name="Cause" code="UInt8" description="Why."><case name="gone" number="1"/></enum>
        <record name="Told" description="What was told.">
          <field name="key" type="Key" shown="key"/>
          <field name="price" type="Price" optional="yes" tail="yes" shown="price"/>
          <field name="side" type="Side" optional="yes" noneIsZero="yes"/>
          <list name="causes" type="Cause" atMost="3"/>
        </record>
      </parts>
      <component name="core" facts="CoreFact" target="Core" description="Facts.">
        <fact kind="1" name="told" record="Told" description="It was told."/>
        <fact kind="4" name="over" description="No more.">
          <field name="atNanos" type="Int64" shown="endNanos"/>
        </fact>
      </component>
    </records>
    """

  private func source(_ target: String, _ document: String = sound) throws -> String {
    try generateRecords(from: Data(document.utf8)).source(forTarget: target)
  }

  @Test func eachTargetGetsItsPart() throws {
    let words = try source("Words")
    #expect(words.contains("import Trading"))
    #expect(words.contains("extension Price: RecordValue"))
    #expect(words.contains("extension Side: RecordCode {}"))
    #expect(!words.contains("Told"))
    let core = try source("Core")
    #expect(core.contains("public struct Told: Equatable, Sendable"))
    #expect(core.contains("case told(Told)") && core.contains("case over(atNanos: Int64)"))
    #expect(core.contains("case 4:") && core.contains("default: throw .unknownKind(kind)"))
  }

  /// Under the kind it had before, a fact has the record of that version.
  @Test func aFactWhoseRecordGrewIsReadUnderBothKinds() throws {
    let grown = Self.sound.replacingOccurrences(
      of: #"<fact kind="1" name="told""#, with: #"<fact kind="9" before="1: 5" name="told""#
    ).replacingOccurrences(
      of: #"<list name="causes""#,
      with: #"<field name="late" type="Bool" since="6" default="false"/><list name="causes""#)
    let core = try source("Core", grown)
    #expect(core.contains("case .told: 9") && core.contains("case 9:") && core.contains("case 1:"))
    #expect(core.contains("reader.version = 5") && core.contains("reader.version = .max"))
    #expect(core.contains("reader.version >= 6 ? try reader.read(Bool.self) : false"))
  }

  /// The tail is coded behind the rest and stands in its place in the type all the same.
  @Test func aTailIsCodedLast() throws {
    let core = try source("Core")
    let price = try #require(core.range(of: "writer.write(price)"))
    let causes = try #require(core.range(of: "writer.write(list: causes)"))
    #expect(causes.upperBound < price.lowerBound)
    #expect(core.contains("init(key: Key, price: Price?, side: Side?, causes: [Cause])"))
  }

  @Test func listsAreBoundedBeforeMemoryIsTaken() throws {
    #expect(try source("Core").contains("try reader.readList(ofSize: 1, atMost: 3)"))
  }

  static let refusals: [(part: String, replacement: String, problem: String)] = [
    (#"type="Key" shown"#, #"type="Kez" shown"#, #"nothing describes the type "Kez" of "key""#),
    (#"record="Told""#, #"record="Tolt""#, #"there is no record "Tolt""#),
    (#"kind="4""#, #"kind="1""#, "the kind or name of this fact is taken; kinds are never reused"),
    (#"noneIsZero="yes""#, #"noneIsZero="maybe""#, #"noneIsZero is "maybe", neither yes nor no"#),
    (#"atMost="3""#, #"most="3""#, "<list>: attribute most is not known"),
    (#"raw="Int64""#, "", "a value has raw or code of an integer, members, or hand of bytes"),
    (
      #"<record name="Told" description"#, #"<record name="Key" description"#,
      #"the type "Key" is described twice"#
    ),
    (
      #"kind="4" name="over""#, #"kind="4" before="2: 1" name="over""#,
      #"before is "2: 1", not a kind, a colon and a version, of a record"#
    ),
    (
      #"kind="1" name="told""#, #"kind="1" before="1: 2" name="told""#,
      "the kind or name of this fact is taken"
    ),
    (
      #"kind="1" name="told""#, #"kind="1" before="4: 2" name="told""#,
      "the kind or name of this fact is taken"
    ),
    (#"kind="1" name="told""#, #"kind="1" before="2" name="told""#, #"before is "2", not a kind, a colon"#),
    (#"kind="4" name="over""#, #"kind="4" name="told""#, "the kind or name of this fact is taken"),
    (
      #"shown="endNanos""#, #"shown="endNanos" since="2""#,
      #""atNanos" of a fact has no tail, when, stored or since; make it a record"#
    ),
    (
      #"type="Key" shown="key""#, #"type="Key" since="2""#,
      #""key" with when or since needs a default, or is optional"#
    ),
    (
      #"type="Cause" atMost"#, #"type="String" atMost"#,
      #""causes": a String is neither optional nor in a list"#
    ),
    (
      #"optional="yes" noneIsZero="yes""#, #"noneIsZero="yes""#,
      #""side" has noneIsZero and is not optional"#
    ),
    (#"type="Key" shown"#, #"type="Key" positive="yes" shown"#, #""key": only a Quantity can be positive"#),
    (#"tail="yes" shown="price""#, #"tail="yes" shown="key""#, #"two fields are shown as "key""#),
    (#"tail="yes" shown="price""#, #"when="key""#, #"when is "key", not a field, a colon and its values"#),
    ("<records>", "<record>", "not well-formed XML"),
  ]

  @Test(arguments: refusals.indices)
  func whatCannotBeMadeIsRefusedWithItsReason(_ index: Int) throws {
    let refusal = Self.refusals[index]
    let document = Self.sound.replacingOccurrences(of: refusal.part, with: refusal.replacement)
    try #require(document != Self.sound)
    do {
      _ = try generateRecords(from: Data(document.utf8))
      Issue.record("taken: \(refusal.replacement)")
    } catch let problems {
      #expect(problems.list.contains { $0.message.contains(refusal.problem) }, "\(problems.list)")
    }
  }
}
