/// Schemas with every construct the generator knows, in two versions.
enum TestSchemas {
  /// What every schema must have, up to and including the types the test messages use.
  static func head(version: Int) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="test" id="9" version="\(version)"
        byteOrder="littleEndian" description="For tests">
      <types>
        <composite name="messageHeader">
          <type name="blockLength" primitiveType="uint16"/><type name="templateId" primitiveType="uint16"/>
          <type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint16"/>
        </composite>
        <composite name="groupSizeEncoding">
          <type name="blockLength" primitiveType="uint16"/><type name="numInGroup" primitiveType="uint16"/>
        </composite>
        <composite name="longData"><type name="length" primitiveType="uint32"/>
          <type name="varData" primitiveType="uint8" length="0"/></composite>
        <composite name="shortText"><type name="length" primitiveType="uint8"/>
          <type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/></composite>
        <composite name="Envelope" description="Envelope">
          <type name="sender" primitiveType="uint16" description="d"/>
          <type name="flags" primitiveType="uint16" description="d"/>
          <type name="epoch" primitiveType="uint32" description="d"/>
          <type name="sequence" primitiveType="uint64" description="d"/>
          <type name="sent" primitiveType="int64" description="d"/>
          <type name="origin" primitiveType="int64" description="d"/>
          <type name="correlationHigh" primitiveType="uint64" description="d"/>
          <type name="correlationLow" primitiveType="uint64" description="d"/>
        </composite>
        <composite name="reference" description="A composite with text and optional members">
          <type name="code" primitiveType="char" length="4" description="d"/>
          <type name="limit" primitiveType="int64" nullValue="-1" presence="optional" semanticType="Price"
              description="d"/>
          <type name="ratio" primitiveType="double" description="d"/>
        </composite>
        <type name="tiny" primitiveType="int8" nullValue="-128"/>
        <type name="Price" primitiveType="int64" nullValue="-9223372036854775808" semanticType="Price"/>
        <type name="Factor" primitiveType="double" nullValue="NaN"/>
        <type name="Label" primitiveType="char" length="6"/>
        <type name="Wide" primitiveType="uint16" nullValue="9"/>
        <enum name="Letter" encodingType="char" description="Encoded as characters">
          <validValue name="ALPHA_FIRST" description="d">A</validValue>
          <validValue name="default" description="d">B</validValue>
        </enum>
        <enum name="Step" encodingType="Wide" description="Null value 9">
          <validValue name="One" description="d">1</validValue>
          <validValue name="IOC" description="d">2</validValue>
        </enum>
        <set name="EnvelopeFlags" encodingType="uint16" description="d">
          <choice name="first" description="d">0</choice>
        </set>
        <set name="Marks" encodingType="uint64" description="d">
          <choice name="top" description="d">63</choice><choice name="low" description="d">0</choice>
        </set>
      </types>

    """
  }

  static let tail = "</sbe:messageSchema>\n"

  static let first =
    head(version: 1)
      + """
      <sbe:message name="Report" id="7" blockLength="87" description="A message with a group">
        <field name="envelope" id="1" type="Envelope" description="d"/>
        <field name="tiny" id="2" type="tiny" description="d"/>
        <field name="price" id="3" type="Price" presence="optional" description="d"/>
        <field name="step" id="4" type="Step" presence="optional" description="d"/>
        <field name="marks" id="5" type="Marks" description="d"/>
        <field name="where" id="6" type="reference" description="A field named like a keyword"/>
        <group name="entries" id="20" blockLength="9" dimensionType="groupSizeEncoding" description="d">
          <field name="letter" id="1" type="Letter" description="d"/>
          <field name="price" id="2" type="Price" description="d"/>
        </group>
      </sbe:message>
      <sbe:message name="Blob" id="8" blockLength="54" description="A message with data">
        <field name="envelope" id="1" type="Envelope" description="d"/>
        <field name="label" id="2" type="Label" description="d"/>
        <data name="content" id="30" type="longData" description="d"/>
      </sbe:message>
      <sbe:message name="Ping" id="9" blockLength="48" description="A message of nothing but its envelope">
        <field name="envelope" id="1" type="Envelope" description="d"/>
      </sbe:message>

      """ + tail

  /// Fields of every kind appended to block and entries, a group, data, and a message.
  static let second =
    head(version: 2)
      + """
      <sbe:message name="Report" id="7" blockLength="124" description="A message with a group">
        <field name="envelope" id="1" type="Envelope" description="d"/>
        <field name="tiny" id="2" type="tiny" description="d"/>
        <field name="price" id="3" type="Price" presence="optional" description="d"/>
        <field name="step" id="4" type="Step" presence="optional" description="d"/>
        <field name="marks" id="5" type="Marks" description="d"/>
        <field name="where" id="6" type="reference" description="A field named like a keyword"/>
        <field name="newPrice" id="7" type="Price" presence="optional" sinceVersion="2" description="d"/>
        <field name="newStep" id="8" type="Step" sinceVersion="2" description="d"/>
        <field name="newLetter" id="9" type="Letter" presence="optional" sinceVersion="2" description="d"/>
        <field name="newMarks" id="10" type="Marks" sinceVersion="2" description="d"/>
        <field name="newLabel" id="11" type="Label" sinceVersion="2" description="d"/>
        <field name="newFactor" id="12" type="Factor" sinceVersion="2" description="d"/>
        <field name="newDoubt" id="13" type="tiny" presence="optional" sinceVersion="2" description="d"/>
        <field name="newTiny" id="14" type="tiny" presence="optional" sinceVersion="2" description="d"/>
        <field name="newWide" id="15" type="Wide" presence="optional" sinceVersion="2" description="d"/>
        <group name="entries" id="20" blockLength="15" dimensionType="groupSizeEncoding" description="d">
          <field name="letter" id="1" type="Letter" description="d"/>
          <field name="price" id="2" type="Price" description="d"/>
          <field name="newLabel" id="3" type="Label" sinceVersion="2" description="d"/>
        </group>
        <group name="notes" id="21" blockLength="1" dimensionType="groupSizeEncoding" sinceVersion="2"
            description="d">
          <field name="tiny" id="1" type="tiny" presence="optional" description="d"/>
        </group>
      </sbe:message>
      <sbe:message name="Blob" id="8" blockLength="62" description="A message with data">
        <field name="envelope" id="1" type="Envelope" description="d"/>
        <field name="label" id="2" type="Label" description="d"/>
        <field name="newPrice" id="3" type="Price" presence="optional" sinceVersion="2" description="d"/>
        <data name="content" id="30" type="longData" description="d"/>
      </sbe:message>
      <sbe:message name="Ping" id="9" blockLength="48" description="A message of nothing but its envelope">
        <field name="envelope" id="1" type="Envelope" description="d"/>
        <data name="newText" id="30" type="shortText" sinceVersion="2" description="d"/>
      </sbe:message>
      <sbe:message name="Pong" id="10" blockLength="48" sinceVersion="2" description="A message of version 2">
        <field name="envelope" id="1" type="Envelope" description="d"/>
      </sbe:message>

      """ + tail
}
