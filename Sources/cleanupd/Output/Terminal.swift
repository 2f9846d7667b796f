import Foundation
import Glibc

/// The terminal that a command was typed on.
enum Terminal {
    /// Somebody typed it, and can be asked to vouch for what he sees; a timer or script has no terminal to read from.
    static var isAttended: Bool { isatty(STDIN_FILENO) == 1 }

    /// Standard output goes to a screen, not to a file or another program.
    static var isScreen: Bool { isatty(STDOUT_FILENO) == 1 }

    /// How words on standard output are coloured.
    static var paint: Paint { Paint(environment: ProcessInfo.processInfo.environment, isTerminal: isScreen) }
}
