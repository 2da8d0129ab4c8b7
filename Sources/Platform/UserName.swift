import Glibc

/// Who runs this process, for people and journals: no proof of anything.
public enum UserName {
  /// USER or LOGNAME, the user database's name, or `uid N` where neither knows one.
  public static var current: String {
    for variable in ["USER", "LOGNAME"] {
      if let name = Environment.value(variable), !name.isEmpty { return name }
    }
    return ofDatabase(getuid()) ?? number
  }

  /// `uid N`.
  public static var number: String { "uid \(getuid())" }

  /// The name that the user database has for this id.
  public static func ofDatabase(_ user: UInt32) -> String? {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var texts = [CChar](repeating: 0, count: 16_384)
    // Sound: entry, texts and found outlive the call, and the name, which lies in texts, is copied before
    // they go.
    return unsafe texts.withUnsafeMutableBufferPointer { buffer -> String? in
      guard let room = buffer.baseAddress else { return nil }
      let code = unsafe getpwuid_r(user, &entry, room, buffer.count, &found)
      guard code == 0, unsafe found != nil, let name = unsafe entry.pw_name else { return nil }
      let text = unsafe String(cString: name)
      return text.isEmpty ? nil : text
    }
  }
}
