import Foundation
import NIOHTTP1

/// What may be asked of an engine; there is nothing else, and no option to any of it.
///
/// A removal has no query: the engine then refuses a container that runs, and leaves volumes alone. The calls that remove
/// whatever the engine thinks is not needed are not here: they have destroyed what was in use.
enum DockerRequest: Sendable {
    case version
    /// - Parameter states: `exited`, `dead`, `created`…
    case list(states: [String])
    /// - Parameter size: whether the bytes of its writable layer are wanted, for which the engine walks over it.
    case inspect(DockerID, size: Bool)
    case remove(DockerID)

    var method: HTTPMethod {
        if case .remove = self { .DELETE } else { .GET }
    }

    /// Path and query.
    func uri(_ version: DockerAPIVersion?) -> String {
        let prefix = version.map { "/v\($0)" } ?? ""
        return switch self {
        case .version: prefix + "/version"
        case .list(let states): prefix + "/containers/json?all=1&filters=" + Self.filters(states)
        case .inspect(let id, let size): prefix + "/containers/\(id)/json" + (size ? "?size=1" : "")
        case .remove(let id): prefix + "/containers/\(id)"
        }
    }

    /// How long all of it may take.
    func patience(_ settings: DockerSettings) -> Duration {
        if case .remove = self { settings.removalPatience } else { settings.patience }
    }

    /// For a sentence.
    var words: String {
        switch self {
        case .version: "for its version"
        case .list: "for its containers"
        case .inspect(let id, _): "for container \(id.short)"
        case .remove(let id): "to remove container \(id.short)"
        }
    }

    /// `{"status":["exited"]}` for a URL. States are words of our own.
    private static func filters(_ states: [String]) -> String {
        let list = states.map { "\"\($0)\"" }.joined(separator: ",")
        return escaped("{\"status\":[\(list)]}")
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        .joined()
    }
}

/// The full identity of a container, and nothing else: what stands in a path.
struct DockerID: Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// `nil` unless it is 64 small hexadecimal digits.
    init?(_ text: String) {
        let isID =
            text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
        guard isID else { return nil }
        description = text
    }

    /// As people know it.
    var short: String { String(description.prefix(12)) }
}
