import Foundation
import HTTPTypes

/// Finds the route of a request.
///
/// Paths are taken as they are: no doubled or trailing slashes, and a parameter is one segment of a few characters after
/// decoding, so that nothing that looks like another path can be behind it.
struct RouteTable: Sendable {
    enum Match: Sendable {
        case found(Route, [String: String])
        /// The path is known, with other methods (RFC 9110, section 15.5.6).
        case otherMethods(template: String, allowed: [HTTPRequest.Method])
        case unknown
    }

    private struct Entry {
        let template: String
        let segments: [Substring]
        var routes: [HTTPRequest.Method: Route] = [:]
    }

    /// In the order in which they were given.
    let routes: [Route]
    private let entries: [Entry]

    init(_ routes: [Route]) {
        self.routes = routes
        var entries: [Entry] = []
        for route in routes {
            let index = entries.firstIndex { $0.template == route.template }
            if index == nil {
                entries.append(Entry(template: route.template, segments: Self.segments(route.template[...])))
            }
            entries[index ?? entries.count - 1].routes[route.method] = route
        }
        // Of two templates that fit, the one without parameters is meant.
        self.entries = entries.sorted { !$0.template.contains("{") && $1.template.contains("{") }
    }

    /// - Parameter path: raw, without the query. `HEAD` is answered wherever `GET` is.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        let segments = Self.segments(path[...])
        for entry in entries {
            guard let values = Self.values(of: segments, in: entry.segments) else { continue }
            if let route = entry.routes[method] ?? (method == .head ? entry.routes[.get] : nil) {
                return .found(route, values)
            }
            let allowed = entry.routes.keys.flatMap { $0 == .get ? [$0, .head] : [$0] }
            return .otherMethods(template: entry.template, allowed: allowed.sorted { $0.rawValue < $1.rawValue })
        }
        return .unknown
    }

    private static func segments(_ path: Substring) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func values(of path: [Substring], in template: [Substring]) -> [String: String]? {
        guard path.count == template.count else { return nil }
        var values: [String: String] = [:]
        for (segment, part) in zip(path, template) {
            guard part.hasPrefix("{") else {
                guard segment == part else { return nil }
                continue
            }
            guard let value = segment.removingPercentEncoding, isIdentity(value) else { return nil }
            values[String(part.dropFirst().dropLast())] = value
        }
        return values
    }

    private static func isIdentity(_ value: String) -> Bool {
        // Jobs have the widest ones: printable ASCII without blanks.
        guard (1...200).contains(value.utf8.count), value != ".", value != ".." else { return false }
        return value.utf8.allSatisfy {
            (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
        }
    }
}
