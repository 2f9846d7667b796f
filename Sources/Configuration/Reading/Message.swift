/// Sentences that several places use.
enum Message {
    static let filesOnly = "is for tasks on files, not on rows"

    static let rowsOnly = "is for tasks on rows, not on files"

    static let keysOnly = "is for tasks on keys"

    /// - Parameter noun: what the task cleans.
    static func notFor(_ noun: String) -> String { "is not for tasks on \(noun)" }

    static let variableInSQL =
        "holds \"${\", but variables are never replaced inside SQL; name an age as :cutoff or by \"params\", or write the"
        + " value out"
}
