import Foundation
import Support
import Synchronization

/// Calls that nobody may make: of pages of somebody else, and such that name what no configuration names.
final class SoakIntruder: Sendable {
    private struct Call: Sendable {
        let method: String
        let path: String
        let headers: [String]
        let body: String
    }

    /// Seconds between two of them: the alert about refused calls looks back for 5 s and wants 10 s of that, so that none
    /// comes of these even where Prometheus misses some looks.
    static let pause = 25.0

    private static let order = "{\"tasks\":[\"\(SoakConfiguration.still)\"],\"dry_run\":false}"
    private static let calls = [
        // A page that has given this machine's address to its own name.
        Call(method: "POST", path: "/api/cleanup/run", headers: ["Host: evil.example"], body: order),
        Call(method: "POST", path: "/api/cleanup/run", headers: ["Origin: http://evil.example"], body: order),
        Call(method: "POST", path: "/api/cleanup/schedule/stop", headers: ["Sec-Fetch-Site: cross-site"], body: "{}"),
        Call(method: "PUT", path: "/api/cleanup/settings", headers: ["Origin: http://evil.example"], body: "{}"),
        // By who may call: but what goes is named by the configuration alone.
        Call(
            method: "POST",
            path: "/api/cleanup/run",
            headers: [],
            body: "{\"tasks\":[\"../tree/guarded\"],\"dry_run\":false}"
        ),
        Call(
            method: "POST",
            path: "/api/cleanup/run",
            headers: [],
            body: "{\"tasks\":[\"\(SoakConfiguration.still)\"],\"dry_run\":false,\"path\":\"logs\"}"
        ),
    ]

    private struct State {
        var refused = 0
        var problems: [String] = []
    }

    private let state = Mutex(State())

    /// How many were answered with a refusal.
    var refused: Int { state.withLock { $0.refused } }
    /// Those that were let through.
    var problems: [String] { state.withLock { $0.problems } }

    /// Makes one of them. Who does not answer has refused nothing, and let nothing through either.
    func attack(_ replica: SoakReplica, _ number: Int) async throws {
        let call = Self.calls[number % Self.calls.count]
        let headers = (call.headers + ["Content-Type: application/json"]).flatMap { ["--header", $0] }
        let status = try await Loopback.status(
            port: replica.service.port,
            call.path,
            method: call.method,
            options: headers + ["--data", call.body]
        )
        state.withLock { state in
            if (400..<500).contains(status) { state.refused += 1 }
            guard (200..<400).contains(status) else { return }
            state.problems.append("\(replica.name) answered \(status): \(call)")
        }
    }
}
