import Foundation

/// The Swift source for a schema document, or everything that is wrong with the document.
package func generateSwift(fromSchema document: Data) throws(SchemaProblems) -> String {
  let schema = try SchemaReader.read(try SchemaElement.root(of: document))
  var source = SourceText()
  source.line("// Made by SBECodegen from messages.xml; do not edit.")
  schema.emitIdentity(into: &source)
  for text in schema.texts where text.textLength != nil { text.emitAlias(into: &source) }
  for enumeration in schema.enumerations { enumeration.emit(into: &source) }
  for set in schema.sets { set.emit(into: &source) }
  for composite in schema.composites { composite.emit(into: &source) }
  for message in schema.messages {
    message.emitValue(into: &source)
    message.emitView(into: &source)
    message.emitJSON(into: &source)
    message.emitSample(into: &source)
  }
  schema.emitTemplate(into: &source)
  schema.emitInbound(into: &source)
  schema.emitDecodedBlocks(into: &source)
  schema.emitDemands(into: &source)
  schema.emitSamples(into: &source)
  return source.text
}

/// What a document of records describes, or everything that is wrong with it.
package func generateRecords(from document: Data) throws(SchemaProblems) -> RecordSchema {
  try RecordSchemaReader.read(try SchemaElement.root(of: document))
}
