import Foundation
import Support
import Synchronization

/// One of the three replicas: which life it lives, and its own copy of the one configuration.
final class SoakReplica: Sendable {
    let service: MonitoredService
    private let configuration: String
    private let state = Mutex(0)

    init(_ stack: MonitoringStack, _ name: String, folder: String, environment: [String: String]) throws {
        configuration = "\(folder)/\(name).yaml"
        service = try MonitoredService(stack, name, configuration: configuration, environment: environment)
        try write(SoakConfiguration.text)
    }

    var name: String { service.name }

    /// How often it was started; odd while it runs.
    var life: Int { state.withLock { $0 } }
    var isUp: Bool { life % 2 == 1 }

    func start() async throws {
        try service.child.start()
        try await service.child.waitUntilItAnswers(port: service.port, "/healthz")
        state.withLock { $0 += 1 }
    }

    /// - Parameter number: SIGKILL or SIGTERM.
    /// - Returns: how it ended.
    @discardableResult
    func stop(_ number: Int32) async throws -> Int32 {
        state.withLock { $0 += 1 }
        return try await service.child.stop(number, seconds: 30)
    }

    /// Gives it another configuration, and tells it so.
    func load(_ text: String) throws {
        try write(text)
        service.child.signal(SIGHUP)
    }

    private func write(_ text: String) throws {
        // A rename, so that no half of it is read.
        try Data(text.utf8).write(to: URL(fileURLWithPath: configuration), options: .atomic)
    }
}
