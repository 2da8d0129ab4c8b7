import Foundation
import FoundationXML

/// An XML element with the line its start tag ends on.
struct SchemaElement {
  /// Local name, without the prefix of a namespace.
  var name: String
  var attributes: [String: String]
  var line: Int
  var text = ""
  var children: [SchemaElement] = []

  /// The root element of `document`; a document that is no XML throws its first fault with its line.
  static func root(of document: Data) throws(SchemaProblems) -> SchemaElement {
    let reader = SchemaElementReader()
    let parser = XMLParser(data: document)
    parser.delegate = reader
    let isParsed = parser.parse()
    var problems = SchemaProblems()
    // Foundation on Linux returns true for some documents that it has reported an error of.
    if let fault = reader.fault ?? (isParsed ? nil : (parser.lineNumber, "the parser gave up")) {
      problems.add(fault.line, "not well-formed XML: \(fault.cause)")
      throw problems
    }
    guard let root = reader.root else {
      problems.add(1, "the document has no element")
      throw problems
    }
    return root
  }
}

/// Builds the tree from the parser's events; the last of `open` is the element being read.
private final class SchemaElementReader: NSObject, XMLParserDelegate {
  private var open: [SchemaElement] = []
  private(set) var root: SchemaElement?
  private(set) var fault: (line: Int, cause: String)?

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    let local = elementName.split(separator: ":").last.map(String.init) ?? elementName
    open.append(SchemaElement(name: local, attributes: attributes, line: parser.lineNumber))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    guard !open.isEmpty else { return }
    open[open.count - 1].text += string
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard let element = open.popLast() else { return }
    if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
  }

  func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) {
    if fault == nil { fault = (parser.lineNumber, parseError.localizedDescription) }
  }
}
