/// A parser under attack: takes any bytes, and checks what must be true of whatever it makes of them.
package struct FuzzTarget: Sendable {
    /// As the folder of its corpus is called.
    package let name: String
    /// Bytes of an input; more are cut off.
    package let longest: Int
    private let check: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, longest: Int, _ check: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.longest = longest
        self.check = check
    }

    /// Throws ``FuzzFinding`` when something that must be true is not.
    package func run(_ bytes: [UInt8]) throws { try check(Array(bytes.prefix(longest))) }

    /// All there are, in alphabetical order.
    package static let all: [FuzzTarget] = [
        AcceptFuzz.target, AmountsFuzz.target, CodecFuzz.target, ConfigFuzz.target, CredentialsFuzz.target,
        CronFuzz.target, DockerFuzz.target, ExpositionFuzz.target, GlobFuzz.target, GzipFuzz.target, PathsFuzz.target,
        PeriodFuzz.target, PostgresFuzz.target, QueryFuzz.target, RecordsFuzz.target, RedisFuzz.target,
        RequestFuzz.target, S3HTTPFuzz.target, S3XMLFuzz.target, SQLFuzz.target, URLsFuzz.target, WebhookFuzz.target,
    ]
}

/// What must be true, and was not.
package struct FuzzFinding: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Throws ``FuzzFinding`` unless the condition holds.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    guard condition else { throw FuzzFinding(what()) }
}
