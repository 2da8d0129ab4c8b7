/// The bytes of an encoded turn; little-endian, packed.
///
/// Header: `version` u16, 0 u16, `epoch` u32, `turn` u64, `firstRow` i64, `wallNanos` i64, `factCount` u32,
/// `entryCount` u32. Then the entries, each beginning with its kind, u8:
///
/// - fact: 1, 0 u8, `kind` u16, `correlation` u64 high, u64 low, length u32, body
/// - mark: 2, `lane` u8, `peer` u16, `epoch` u32, `lineage` u64, `sequence` u64
/// - message: 3, 0 u8, `peer` u16, `key` u64, length u32, frame
/// - forgetting: 4, 0 u8, `peer` u16, `key` u64
enum TurnLayout {
  static let version: UInt16 = 1

  static let epochOffset = 4
  static let turnOffset = 8
  static let firstRowOffset = 16
  static let wallNanosOffset = 24
  static let factCountOffset = 32
  static let entryCountOffset = 36
  static let headerBytes = 40

  enum Entry: UInt8 {
    case fact = 1
    case mark = 2
    case message = 3
    case forgetting = 4

    /// Bytes before a body; all of them where there is none.
    var fixedBytes: Int {
      switch self {
      case .fact: 24
      case .mark: 24
      case .message: 16
      case .forgetting: 12
      }
    }

    /// Where the length of a body stands: the last four of the fixed bytes.
    var lengthOffset: Int? {
      switch self {
      case .fact, .message: fixedBytes - 4
      case .mark, .forgetting: nil
      }
    }
  }
}
