import Clients
import Retention

/// Removes planned containers, some at a time, each after another look at it.
///
/// Between that look and the removal a container may start again: the engine refuses to remove one that runs. One that
/// has started and ended again within those milliseconds goes; the engine knows no condition that would say so.
struct ContainersRemover: Remover {
    let server: ContainersServer
    let filter: ContainersFilter

    /// A container as it was planned.
    private struct Planned: Sendable {
        var id: String
        var version: ContainerVersion
    }

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        var results = block.items.map { _ in ItemResult(.notTried) }
        let due = block.items.indices.filter { block.items[$0].verdict == .remove }
        let planned = due.map { index in
            let item = block.items[index]
            return Planned(
                id: String(decoding: block.name(of: item), as: UTF8.self),
                version: ContainerVersion(block.version(of: item))
            )
        }
        let (filter, silence) = (filter, EngineSilence())
        let removed = server.each(planned, isCancelled: isCancelled) { client, planned in
            if let error = silence.error { return Self.failure(error) }
            return await Self.remove(planned, client, filter, silence)
        }
        for (index, result) in zip(due, removed) {
            if let result { results[index] = result }
        }
        return results
    }

    private static func remove(
        _ planned: Planned,
        _ client: DockerClient,
        _ filter: ContainersFilter,
        _ silence: EngineSilence
    ) async -> ItemResult {
        let container: DockerContainer
        do throws(DockerError) {
            let found = try await look(planned.id, client)
            silence.end()
            guard let found else { return ItemResult(.gone) }
            container = found
        } catch {
            silence.note(error)
            return failure(error)
        }
        if let objection = objection(container, planned.version, filter) {
            return changed(planned, objection)
        }
        do throws(DockerError) {
            switch try await client.remove(planned.id) {
            case .removed: return ItemResult(.deleted, freedBytes: container.writableBytes ?? 0)
            case .gone: return ItemResult(.gone)
            case .conflict(let reason): return changed(planned, ContainersWords.refused(reason))
            }
        } catch {
            return await outcome(of: planned, after: error, container, client)
        }
    }

    /// Nothing was asked of the engine but to look.
    private static func failure(_ error: DockerError) -> ItemResult {
        ItemResult(.failed, failure: FailureReason(error), detail: ContainersWords.unseen(error))
    }

    /// With its bytes; without them where the engine takes too long over counting.
    private static func look(_ id: String, _ client: DockerClient) async throws(DockerError) -> DockerContainer? {
        do throws(DockerError) {
            return try await client.inspect(id, size: true)
        } catch {
            guard error.code == .timeout else { throw error }
            return try await client.inspect(id, size: false)
        }
    }

    /// Why a container must stay now.
    private static func objection(
        _ container: DockerContainer,
        _ planned: ContainerVersion,
        _ filter: ContainersFilter
    ) -> String? {
        if filter.own.contains(container.id) { return ContainersWords.isOurs }
        if let difference = planned.difference(to: ContainerVersion(container)) { return difference }
        guard filter.covers(container) else { return ContainersWords.isOther }
        return filter.hold(container)
    }

    /// What became of a container whose removal was not answered as it should be.
    private static func outcome(
        of planned: Planned,
        after error: DockerError,
        _ container: DockerContainer,
        _ client: DockerClient
    ) async -> ItemResult {
        let failure = ItemResult(.failed, failure: FailureReason(error), detail: "\(error)")
        guard error.isFateUnknown else { return failure }
        do throws(DockerError) {
            guard let found = try await client.inspect(planned.id, size: false) else {
                return ItemResult(.deleted, freedBytes: container.writableBytes ?? 0)
            }
            // The engine itself makes it so where it begins to remove it, and does not get to the end.
            if found.state == "dead" || found.state == "removing" {
                let left = ContainersWords.left(found.state, error)
                return ItemResult(.failed, failure: FailureReason(error), detail: left)
            }
            let difference = planned.version.difference(to: ContainerVersion(found))
            return difference.map { changed(planned, $0) } ?? failure
        } catch {
            // The first error says more.
            return failure
        }
    }

    private static func changed(_ planned: Planned, _ why: String) -> ItemResult {
        let name = planned.version.name.isEmpty ? String(planned.id.prefix(12)) : planned.version.name
        return ItemResult(.changed, detail: ContainersWords.stays(name, why))
    }
}
