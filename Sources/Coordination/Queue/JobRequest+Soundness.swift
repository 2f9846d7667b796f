/// What a queue takes, and believes when it reads it again.
extension JobRequest {
    static let maximumIdLength = 200
    private static let maximumCycleLength = 128
    private static let maximumTriggerLength = 256
    private static let maximumAttemptsAllowed = 1000

    /// What is wrong with the request, as the end of a sentence; nil if it is sound.
    var problem: String? {
        if !Self.isName(id, Self.maximumIdLength) {
            return "its identity is not 1 to \(Self.maximumIdLength) printable ASCII characters without blanks"
        }
        if !Self.isName(cycle, Self.maximumCycleLength) {
            return "its cycle is not 1 to \(Self.maximumCycleLength) printable ASCII characters without blanks"
        }
        if trigger.utf8.count > Self.maximumTriggerLength {
            return "its trigger is longer than \(Self.maximumTriggerLength) bytes"
        }
        if !(1...Self.maximumAttemptsAllowed).contains(maximumAttempts) {
            return "its number of attempts is not 1 to \(Self.maximumAttemptsAllowed)"
        }
        if !(0...Backoff.maximumSeconds).contains(backoffSeconds) {
            return "its back-off is not 0 to \(Int(Backoff.maximumSeconds)) seconds"
        }
        return nil
    }

    private static func isName(_ text: String, _ maximum: Int) -> Bool {
        !text.isEmpty && text.utf8.count <= maximum && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
