/// What became of a run, as a word with a colour.
struct OutcomeBadge {
    let word: String
    /// Of the style sheet: `good`, `warn`, `bad`, `calm` or `busy`.
    let style: String

    init(word: String, style: String) {
        self.word = word
        self.style = style
    }

    init(_ run: RunDocument) { self.init(state: run.state, outcome: run.outcome, dryRun: run.dryRun) }

    init(state: RunDocument.State, outcome: String?, dryRun: Bool) {
        switch state {
        case .running: self.init(word: dryRun ? "dry run goes on" : "running", style: "busy")
        case .interrupted: self.init(word: "interrupted", style: "bad")
        case .sealed: self.init(word: "plan", style: "calm")
        case .ended: self.init(word: outcome ?? "ended", style: Self.style(of: outcome ?? ""))
        }
    }

    /// - Parameter outcome: as the metrics' label has it.
    static func style(of outcome: String) -> String {
        switch outcome {
        case "success": "good"
        case "partial", "refused", "cancelled": "warn"
        case "failed": "bad"
        default: "calm"
        }
    }
}
