import Glibc

/// What the terminal behind a descriptor can do.
public enum Terminal {
  /// Moves the cursor to the top left corner.
  public static let home = "\u{1B}[H"
  /// Clears the screen and moves the cursor to the top left corner.
  public static let clear = "\u{1B}[2J\u{1B}[H"
  /// Clears from the cursor to the end of the line; after `home`, repainting with it does not flicker.
  public static let clearLine = "\u{1B}[K"
  /// Clears from the cursor to the end of the screen.
  public static let clearBelow = "\u{1B}[J"
  public static let hideCursor = "\u{1B}[?25l"
  public static let showCursor = "\u{1B}[?25h"

  /// Whether a person sits behind the descriptor: 1 for output, 2 for errors.
  public static func isTTY(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// Columns and rows, nil when the descriptor is no terminal or the terminal does not say.
  public static func size(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
    var window = winsize()
    // unsafe: the C call fills the local struct.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0
    else { return nil }
    return (Int(window.ws_col), Int(window.ws_row))
  }
}
