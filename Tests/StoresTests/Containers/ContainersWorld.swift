import Clients
import Foundation
import Retention
import Support
import Synchronization

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

    /// A plan: its blocks with verdicts.
    struct Plan: Sendable {
        var blocks: [ItemBlock] = []
        var summary = ScanSummary()

        /// Ids.
        func items(_ verdict: Verdict) -> Set<String> {
            Set(
                blocks.flatMap { block in
                    block.items.filter { $0.verdict == verdict }.map { DisplayName.exact(block.name(of: $0)) }
                }
            )
        }

        func item(_ id: String) -> (item: Item, block: ItemBlock)? {
            for block in blocks {
                for item in block.items where DisplayName.exact(block.name(of: item)) == id { return (item, block) }
            }
            return nil
        }

        func reason(_ id: String) -> String? { item(id).map { $0.block.reason(of: $0.item) } }
    }

    static func plan(_ store: any Store, _ policy: Policy, now: Instant = inAMonth) async throws -> Plan {
        try await onThread {
            var judge = try Judge(policy: policy, now: now)
            let blocks = Mutex<[ItemBlock]>([])
            let summary = try store.openSource().scan(workers: 2, isCancelled: { false }) { block in
                blocks.withLock { [block] in $0.append(block) }
            }
            var plan = Plan(blocks: blocks.withLock { $0 }, summary: summary)
            while judge.remainingPasses > 0 {
                for block in plan.blocks { judge.observe(block) }
                judge.endPass()
            }
            for index in plan.blocks.indices { _ = judge.judge(&plan.blocks[index]) }
            return plan
        }
    }

    func plan(_ specification: ContainersSpecification, _ policy: Policy, now: Instant = inAMonth) async throws -> Plan
    {
        try await Self.plan(ReadOnlyStore(store(specification)), policy, now: now)
    }

    /// Carries a plan out.
    /// - Returns: the results of the items that were to go, by id.
    static func act(_ plan: Plan, _ store: any MutableStore) async throws -> [String: ItemResult] {
        try await onThread {
            let remover = try store.openRemover(run: "r", fence: nil)
            var outcomes: [String: ItemResult] = [:]
            for block in plan.blocks {
                let results = remover.act(on: block, isCancelled: { false })
                for (item, result) in zip(block.items, results) where item.verdict == .remove {
                    outcomes[DisplayName.exact(block.name(of: item))] = result
                }
            }
            return outcomes
        }
    }

    func act(_ plan: Plan, _ specification: ContainersSpecification) async throws -> [String: ItemResult] {
        try await Self.act(plan, store(specification))
    }
}
