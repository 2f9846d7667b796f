/// Prose for mails and terminals.
enum WrappedText {
    private static let width = 100

    /// The text as lines that are broken at blanks; a word that is longer has a line of its own.
    static func lines(_ text: String, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = indent
        for word in text.split(separator: " ") {
            if line.count > indent.count, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent
            }
            line += (line.count > indent.count ? " " : "") + String(word)
        }
        return line.count > indent.count ? lines + [line] : lines
    }
}
