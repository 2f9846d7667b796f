/// Sentences that several places use.
enum Message {
    static func planned(_ feature: String) -> String { "\(feature) are not available in this version of cleanupd" }

    static let filesOnly = "is for tasks on files, not on rows"

    static let rowsOnly = "is for tasks on rows, not on files"

    static let keysOnly = "is for tasks on keys"

    static let notForKeys = "is not for tasks on keys"

    static let variableInSQL =
        "holds \"${\", but variables are never replaced inside SQL; give an age by \"params\", or write the value out"
}
