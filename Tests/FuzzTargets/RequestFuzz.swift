import Foundation
import HTTPTypes
import NIOCore

@testable import Clients
@testable import Console

/// JSON bodies of the API: the first byte says of which call.
enum RequestFuzz {
    static let target = FuzzTarget("request", longest: 4096) { bytes in
        var input = FuzzInput(bytes)
        let call = input.byte()
        let body = Array(input.rest)
        do {
            switch call % 3 {
            case 0: try check(JSONForm.decode(RunOrder.self, from: body), body)
            case 1: try check(JSONForm.decode(SettingsChange.self, from: body))
            default: try check(JSONForm.decode(ClientReport.self, from: body))
            }
            try require(!repeatsMember(body), "a member stands there twice, and one of them was taken")
        } catch let problem as HTTPProblem {
            try require(problem.status == .badRequest, "a body is refused with \(problem.status)")
            try require(isPlain(problem.detail) && problem.detail.utf8.count < 1000, "a refusal is no sentence")
            let parts = try problem.parts()
            _ = try JSONSerialization.jsonObject(with: Data(parts.body.readableBytesView))
        }
    }

    /// Nothing is deleted unless the body says so.
    private static func check(_ order: RunOrder, _ body: [UInt8]) throws {
        guard !order.dryRun else { return }
        let members = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        try require(members?["dry_run"] as? Bool == false, "a run deletes that does not say so")
    }

    private static func check(_ change: SettingsChange) throws {
        for cycle in change.cycles.values {
            if case .set(let text) = cycle.schedule { try require(text.utf8.count < 4096, "a schedule is too long") }
        }
    }

    private static func check(_ report: ClientReport) throws {
        let isName = report.app.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        try require(isName && (1...64).contains(report.app.utf8.count), "an app is called \(report.app)")
        let counts = [report.sessionsCleared, report.bytesFreed, report.errors]
        try require(counts.allSatisfy { $0 >= 0 }, "a count is less than nothing")
    }

    /// By a reader that knows escapes: `"a"` and `"\u0061"` are one name.
    private static func repeatsMember(_ body: [UInt8]) throws -> Bool {
        try body.withUnsafeBytes { bytes in
            let scanner = JSONScanner(bytes)
            try scanner.skipSpace()
            return try repeatsMember(scanner, bytes, depth: 0)
        }
    }

    private static func repeatsMember(
        _ scanner: JSONScanner,
        _ bytes: UnsafeRawBufferPointer,
        depth: Int
    ) throws -> Bool {
        var isRepeated = false
        switch try scanner.kind() {
        case .object:
            var names: Set<[UInt8]> = []
            try scanner.eachMember(depth: depth) {
                let start = scanner.offset
                try scanner.skipString()
                let name = JSONText.decode(UnsafeRawBufferPointer(rebasing: bytes[start..<scanner.offset]))
                if let name, !names.insert(name).inserted { isRepeated = true }
            } value: {
                if try repeatsMember(scanner, bytes, depth: depth + 1) { isRepeated = true }
            }
        case .array:
            try scanner.eachElement(depth: depth) { _ in
                if try repeatsMember(scanner, bytes, depth: depth + 1) { isRepeated = true }
            }
        case .string, .number, .literal: try scanner.skipValue(depth: depth)
        }
        return isRepeated
    }
}
