/// Sentences that several places use.
enum Message {
    static func planned(_ feature: String) -> String { "\(feature) are not available in this version of cleanupd" }
}
