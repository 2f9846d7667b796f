/// How many single changes lie between two words; for "did you mean".
package enum EditDistance {
    /// `; did you mean "last"?`, or nothing where no candidate is near.
    package static func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
        // Nobody mistypes a word of this length, and the table would grow with its square.
        guard word.unicodeScalars.count <= 64 else { return "" }
        let near = candidates.map { (candidate: $0, distance: distance(word, $0)) }
            .filter { $0.distance < $0.candidate.count && $0.distance <= max(1, min(3, $0.candidate.count / 3)) }
            .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }
        return near.map { "; did you mean \"\($0.candidate)\"?" } ?? ""
    }

    /// What is known, behind a word that is not: `; did you mean "task"? Known are task, limit`, or `; known are task, limit`
    /// where nothing is near.
    package static func known(_ candidates: [String], insteadOf word: String) -> String {
        let suggestion = suggestion(for: word, among: candidates)
        return "\(suggestion.isEmpty ? "; known" : "\(suggestion) Known") are \(candidates.joined(separator: ", "))"
    }

    /// What somebody is told who names a thing that is not there: `There is no task lgos; did you mean "logs"?`, with a
    /// full stop where nothing is near.
    package static func nothing(_ kind: String, called word: String, among known: some Sequence<String>) -> String {
        let suggestion = suggestion(for: word, among: known)
        return "There is no \(kind) \(DisplayName.printable(word.utf8))\(suggestion.isEmpty ? "." : suggestion)"
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), case ignored.
    static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.lowercased().unicodeScalars)
        let b = Array(right.lowercased().unicodeScalars)
        var older: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                var best = min(previous[j + 1], current[j]) + 1
                best = min(best, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
                current.append(best)
            }
            older = previous
            previous = current
        }
        return previous[b.count]
    }
}
