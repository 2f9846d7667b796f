/// Sentences that a job keeps as its last error; both queues use them.
enum JobWords {
    /// Around the name of the silent worker.
    static let silent = (before: "Worker ", after: " gave no sign of life for too long.")
    static let givenUp = " That was not the first time, so the job is given up: see what happened there, then retry it."

    static func silent(worker: String?) -> String { silent.before + (worker ?? "?") + silent.after }

    static let superseded = (
        before: "A later job of the cycle, ", after: ", came before the next attempt and takes its place."
    )

    static func superseded(by id: String) -> String { superseded.before + id + superseded.after }

    /// In scripts of Redis: without quotes.
    static let lost = "Redis has lost its place in line. Retry it to run it now, or remove it."

    static let unreadable = (
        before: "What was stored of the job cannot be read: ",
        after: ". Retry it to run the whole cycle, or remove it."
    )

    static func unreadable(_ problem: String) -> String {
        cut(unreadable.before + problem + unreadable.after, to: Job.maximumErrorLength)
    }

    /// The text, or as much of it as `maximum` bytes of UTF-8 hold.
    static func cut(_ text: String, to maximum: Int) -> String {
        guard text.utf8.count > maximum else { return text }
        var length = 0
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= maximum else { break }
            result.append(scalar)
        }
        return String(result)
    }
}
