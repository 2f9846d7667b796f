import Glibc

/// The terminal that a command was typed on.
enum Terminal {
    /// Somebody typed it, and can be asked to vouch for what he sees; a timer or script has no terminal to read from.
    static var isAttended: Bool { isatty(STDIN_FILENO) == 1 }
}
