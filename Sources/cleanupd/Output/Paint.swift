/// Colours of words on a terminal that people read; plain words everywhere else.
///
/// Off with `NO_COLOR` of any value but an empty one (https://no-color.org), on a terminal that calls itself `dumb`, and
/// where output is no terminal.
struct Paint: Sendable {
    static let plain = Paint(isOn: false)

    let isOn: Bool

    init(isOn: Bool) { self.isOn = isOn }

    init(environment: [String: String], isTerminal: Bool) {
        let isRefused = environment["NO_COLOR"]?.isEmpty == false
        isOn = isTerminal && !isRefused && environment["TERM"] != "dumb"
    }

    /// What needs nobody.
    func good(_ text: String) -> String { painted(text, "32") }

    /// What somebody should look at some time.
    func odd(_ text: String) -> String { painted(text, "33") }

    /// What somebody should look at now.
    func bad(_ text: String) -> String { painted(text, "31") }

    /// An outcome, or a text that begins with one; others are left as they are.
    func outcome(_ text: String) -> String {
        switch text.prefix(while: \.isLetter) {
        case "success": good(text)
        case "partial", "skipped", "cancelled": odd(text)
        case "failed", "refused": bad(text)
        default: text
        }
    }

    private func painted(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
