// The two lexical forms with rules of their own: numbers and quoted strings.

extension JSON5Reader {
  mutating func number() throws(SyntaxError) -> NumberText {
    var text = ""
    if let sign = scanner.peek(), sign == "+" || sign == "-" { text.unicodeScalars.append(scanner.take()) }
    if scanner.take(word: "Infinity") { return NumberText(recognised: text + "Infinity") }
    if scanner.take(word: "NaN") { return NumberText(recognised: text + "NaN") }
    if scanner.peek() == "0", let mark = scanner.peek(1), mark == "x" || mark == "X" {
      scanner.take()
      scanner.take()
      text += "0x"
      let digits = run { $0.hexValue != nil }
      guard !digits.isEmpty else { throw scanner.error(expected: "a hexadecimal digit") }
      text += digits
    } else {
      text += try decimal()
    }
    if let next = scanner.peek(), next.isIdentifierPart {
      throw scanner.error(expected: "the end of the number")
    }
    return NumberText(recognised: text)
  }

  private mutating func decimal() throws(SyntaxError) -> String {
    var text = run(\.isDigit)
    if text.count > 1, text.first == "0" {
      throw scanner.error(expected: "a number without leading zeros")
    }
    let hasWhole = !text.isEmpty
    if scanner.take(".") {
      let fraction = run(\.isDigit)
      guard hasWhole || !fraction.isEmpty else { throw scanner.error(expected: "a digit") }
      text += "." + fraction
    } else if !hasWhole {
      throw scanner.error(expected: "a number")
    }
    if let mark = scanner.peek(), mark == "e" || mark == "E" {
      text.unicodeScalars.append(scanner.take())
      if let sign = scanner.peek(), sign == "+" || sign == "-" { text.unicodeScalars.append(scanner.take()) }
      let digits = run(\.isDigit)
      guard !digits.isEmpty else { throw scanner.error(expected: "a digit of the exponent") }
      text += digits
    }
    return text
  }

  private mutating func run(_ belongs: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while let next = scanner.peek(), belongs(next) { text.append(scanner.take()) }
    return String(text)
  }

  mutating func quoted() throws(SyntaxError) -> String {
    let opening = scanner.place
    let quote = scanner.take()
    var text = String.UnicodeScalarView()
    while let next = scanner.peek() {
      if next == quote {
        scanner.take()
        return String(text)
      }
      if next == "\n" || next == "\r" { break }
      let place = scanner.place
      scanner.take()
      if next == "\\" {
        if let scalar = try escape(openedAt: place) { text.append(scalar) }
      } else {
        text.append(next)
      }
    }
    throw scanner.error(expected: "\(SourceScanner.name(quote)) to close the string opened at \(opening)")
  }

  /// The scalar an escape stands for; nil for a line continued with a backslash, which stands for nothing.
  private mutating func escape(openedAt place: SourcePlace) throws(SyntaxError) -> Unicode.Scalar? {
    guard let next = scanner.peek() else { throw scanner.error(expected: "an escaped character") }
    scanner.take()
    switch next {
    case "b": return "\u{08}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{0B}"
    case "u": return try unicodeEscape(openedAt: place)
    case "x": return Unicode.Scalar(try hex(digits: 2))
    case "\r":
      _ = scanner.take("\n")
      return nil
    case "\n", "\u{2028}", "\u{2029}": return nil
    case "0":
      if let digit = scanner.peek(), digit.isDigit {
        throw scanner.error(expected: "no digit after '\\0' (octal escapes are not JSON5)")
      }
      return "\0"
    case "1"..."9":
      throw SyntaxError(place: place, expected: "an escape of JSON5", found: "'\\\(Character(next))'")
    default: return next
    }
  }

  /// Reads after `\u`; joins a pair of surrogates and refuses a lone one, which is no character.
  mutating func unicodeEscape(openedAt place: SourcePlace) throws(SyntaxError) -> Unicode.Scalar {
    let first = try hex(digits: 4)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let lone = SyntaxError(
      place: place, expected: "a character, or a high surrogate followed by a low one",
      found: "a lone surrogate")
    guard first < 0xDC00, scanner.take("\\"), scanner.take("u") else { throw lone }
    let second = try hex(digits: 4)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw lone }
    return scalar
  }

  private mutating func hex(digits: Int) throws(SyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = scanner.peek()?.hexValue else {
        throw scanner.error(expected: "\(digits) hexadecimal digits")
      }
      scanner.take()
      value = value << 4 | digit
    }
    return value
  }
}
