import Clients
import Foundation
import Retention
import Support

@testable import Stores

/// A real Docker engine with a store of its containers, and what the cleanup's engine does with one, without it.
///
/// Containers of a world on the shared engine have its label, so that worlds do not see each other's.
struct ContainersWorld: Sendable {
    /// Nothing is that young by then.
    static let inAMonth = Instant(nanoseconds: Int64((Date().timeIntervalSince1970 + 30 * 86_400) * 1e9))
    static let noContainer = OwnContainer(cgroup: "", mountinfo: "", hostname: "")

    let engine: DockerTestServer
    let server: ContainersServer
    /// On all containers of this world.
    let mark: [String: String]

    /// - Parameters:
    ///   - engine: `nil` = the shared one.
    ///   - url: of somebody who stands before it.
    ///   - patience: with each answer; `nil` = the usual one.
    init(_ engine: DockerTestServer? = nil, url: String? = nil, patience: Duration? = nil) async throws {
        let used: DockerTestServer
        if let engine { used = engine } else { used = try await DockerTestServer.shared() }
        self.engine = used
        var settings = try DockerSettings(url: url ?? used.url)
        if let patience { (settings.patience, settings.removalPatience) = (patience, patience) }
        server = ContainersServer(name: "docker", settings: settings)
        mark = ["world": UUID().uuidString]
    }

    /// Of this world's containers.
    func specification(_ change: (inout ContainersSpecification) -> Void = { _ in }) -> ContainersSpecification {
        var result = ContainersSpecification(labels: mark)
        change(&result)
        return result
    }

    func store(_ specification: ContainersSpecification, own: OwnContainer = noContainer) -> ContainersStore {
        ContainersStore(server: server, specification: specification, own: own)
    }

    // MARK: Containers

    /// With a name that no other world has.
    func name(_ name: String) -> String { "\(name)-\((mark["world"] ?? "").prefix(8))" }

    func makeEnded(
        _ name: String,
        labels: [String: String] = [:],
        work: DockerTestServer.Work = .end
    ) async throws -> String {
        try await engine.makeEnded(self.name(name), labels: labels.merging(mark) { $1 }, work: work)
    }

    func create(
        _ name: String,
        labels: [String: String] = [:],
        work: DockerTestServer.Work = .end
    ) async throws -> String {
        try await engine.create(self.name(name), labels: labels.merging(mark) { $1 }, work: work)
    }

    /// Names of this world's containers, as they were given.
    func left() async throws -> Set<String> {
        let names = try await engine.names(label: "world=\(mark["world"] ?? "")")
        return Set(names.map { String($0.prefix(while: { $0 != "-" })) })
    }

    // MARK: Plans

    static func plan(_ store: any Store, _ policy: Policy, now: Instant = inAMonth) async throws -> StorePlan {
        try await onThread { try StorePlan(of: store, policy, now: now) }
    }

    func plan(
        _ specification: ContainersSpecification,
        _ policy: Policy,
        now: Instant = inAMonth
    ) async throws -> StorePlan {
        try await Self.plan(ReadOnlyStore(store(specification)), policy, now: now)
    }

    /// Carries a plan out.
    static func act(_ plan: StorePlan, _ store: any MutableStore) async throws -> [String: ItemResult] {
        try await onThread { plan.act(by: try store.openRemover(run: "r", fence: nil)) }
    }

    func act(_ plan: StorePlan, _ specification: ContainersSpecification) async throws -> [String: ItemResult] {
        try await Self.act(plan, store(specification))
    }
}
