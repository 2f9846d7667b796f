import Clients
import Retention

/// The looking side of containers: one listing, and a look at each container that may be a candidate. Changes nothing.
struct ContainersSource: Source {
    /// Containers between two looks at whether the run is cancelled.
    private static let portion = 32

    let server: ContainersServer
    let filter: ContainersFilter

    /// On this one thread, with some containers looked at side by side: a listing says neither when a container ended nor
    /// parts of seconds.
    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        var output = ContainersOutput(filter)
        guard let ids = try candidates(&output, isCancelled) else { return output.summary }
        for start in stride(from: 0, to: ids.count, by: Self.portion) {
            if isCancelled() { return output.summary }
            let portion = Array(ids[start..<min(start + Self.portion, ids.count)])
            let size = filter.specification.needsBytes
            let results = server.inspect(portion, size: size, isCancelled: isCancelled)
            if results.contains(where: \.isTimeout) { try check() }
            for (id, result) in zip(portion, results) {
                guard let result else { return output.summary }
                try append(id, result, &output)
                if output.isFull { try output.emit(emit) }
            }
        }
        try output.emit(emit)
        return output.summary
    }

    /// Ids of the containers that are worth a look; `nil` = cancelled.
    private func candidates(
        _ output: inout ContainersOutput,
        _ isCancelled: () -> Bool
    ) throws(StoreError) -> [String]? {
        let listed: [DockerSummary]
        do throws(DockerError) {
            let states = filter.specification.states.map(\.rawValue)
            listed = try server.list(states: states, isCancelled: isCancelled)
        } catch {
            if isCancelled() { return nil }
            throw StoreError(error)
        }
        var seen: Set<String> = []
        var ids: [String] = []
        for summary in listed where filter.mayCover(summary) && seen.insert(summary.id).inserted {
            if filter.own.contains(summary.id) { output.skip(.protected) } else { ids.append(summary.id) }
        }
        return ids
    }

    /// Whether the engine answers at all, or only about some container does not.
    private func check() throws(StoreError) {
        do throws(DockerError) {
            _ = try server.version()
        } catch {
            throw StoreError(error)
        }
    }

    private func append(
        _ id: String,
        _ result: Result<DockerContainer?, DockerError>,
        _ output: inout ContainersOutput
    ) throws(StoreError) {
        switch result {
        case .success(let container): try output.append(container)
        case .failure(let error):
            switch error.code {
            // Of one container; the engine may answer about others.
            case .timeout, .server, .badReply: output.fail(id, error.message, FailureReason(error))
            case .settings, .notThere, .denied, .tls, .disconnected, .cancelled, .tooOld: throw StoreError(error)
            }
        }
    }

    /// Nothing more can be found out than the scan has.
    func confirm(_ block: inout ItemBlock) -> Int { 0 }

    func presence(of block: ItemBlock) -> [Presence] {
        let ids = block.items.map { String(decoding: block.name(of: $0), as: UTF8.self) }
        return zip(block.items, server.inspect(ids, size: false, isCancelled: { false })).map { item, result in
            switch result {
            case .success(nil): .absent
            case .success(let container?):
                ContainerVersion(container) == ContainerVersion(block.version(of: item)) ? .unchanged : .changed
            case .failure, nil: .unknown
            }
        }
    }
}

extension Result<DockerContainer?, DockerError>? {
    fileprivate var isTimeout: Bool {
        if case .failure(let error) = self { error.code == .timeout } else { false }
    }
}
