import Foundation

/// What somebody else does with containers, as its tests need it.
extension DockerTestServer {
    /// What the program in a container does.
    package enum Work: String, Sendable {
        /// Ends at once.
        case end
        /// Runs for two minutes.
        case sleep
        /// Writes 1 MiB and ends.
        case write

        fileprivate var command: [String] { self == .end ? ["/run"] : ["/run", rawValue] }
    }

    /// Makes a container that has not run.
    /// - Returns: its id, all 64 digits.
    package func create(
        _ name: String,
        labels: [String: String] = [:],
        work: Work = .end,
        binds: [String] = []
    ) async throws -> String {
        try await onThread { [self] in
            let body: [String: Any] = [
                "Image": Self.image, "Cmd": work.command, "Labels": labels,
                "HostConfig": ["NetworkMode": "none", "Binds": binds],
            ]
            let answer = try call("POST", "/containers/create?name=\(name)", body, expecting: [201])
            let object = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
            guard let id = object?["Id"] as? String else { throw SupportError("a container without an id") }
            return id
        }
    }

    /// Makes a container that has run and ended.
    package func makeEnded(
        _ name: String,
        labels: [String: String] = [:],
        work: Work = .end,
        binds: [String] = []
    ) async throws -> String {
        let id = try await create(name, labels: labels, work: work, binds: binds)
        try await start(id)
        try await waitForEnd(id)
        return id
    }

    /// Starts one.
    /// - Returns: whether the engine did; `false`: it is gone, or about to go.
    @discardableResult
    package func start(_ id: String) async throws -> Bool {
        try await onThread { [self] in try startNow(id) }
    }

    /// As `start`. Blocking.
    @discardableResult
    package func startNow(_ id: String) throws -> Bool {
        try call("POST", "/containers/\(id)/start", expecting: [204, 304, 404, 409]).status == 204
    }

    package func waitForEnd(_ id: String) async throws {
        try await onThread { [self] in
            _ = try call("POST", "/containers/\(id)/wait", expecting: [200])
        }
    }

    /// Ends what runs in one, at once.
    package func kill(_ id: String) async throws {
        try await onThread { [self] in
            _ = try call("POST", "/containers/\(id)/kill", expecting: [204, 409])
            _ = try call("POST", "/containers/\(id)/wait", expecting: [200])
        }
    }

    package func pause(_ id: String) async throws {
        try await onThread { [self] in _ = try call("POST", "/containers/\(id)/pause", expecting: [204]) }
    }

    package func resume(_ id: String) async throws {
        try await onThread { [self] in _ = try call("POST", "/containers/\(id)/unpause", expecting: [204]) }
    }

    package func rename(_ id: String, to name: String) async throws {
        try await onThread { [self] in _ = try call("POST", "/containers/\(id)/rename?name=\(name)", expecting: [204]) }
    }

    /// Removes one, whatever it does.
    package func remove(_ id: String) async throws {
        try await onThread { [self] in try removeNow(id) }
    }

    /// As `remove`. Blocking.
    package func removeNow(_ id: String) throws {
        try call("DELETE", "/containers/\(id)?force=1", expecting: [204, 404])
    }

    /// `running`, `exited`…; `nil` = there is no such container.
    package func state(_ id: String) async throws -> String? {
        try await onThread { [self] in
            let answer = try call("GET", "/containers/\(id)/json", expecting: [200, 404])
            guard answer.status == 200 else { return nil }
            let object = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
            return (object?["State"] as? [String: Any])?["Status"] as? String
        }
    }

    /// Names of all containers, without the slash.
    /// - Parameter label: `KEY=VALUE`; only those that have it.
    package func names(label: String? = nil) async throws -> Set<String> {
        try await onThread { [self] in
            let filter = label.map { "&filters=%7B%22label%22%3A%5B%22\($0)%22%5D%7D" } ?? ""
            let answer = try call("GET", "/containers/json?all=1" + filter, expecting: [200])
            let list = try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]] ?? []
            return Set(list.compactMap { ($0["Names"] as? [String])?.first.map { String($0.dropFirst()) } })
        }
    }

    /// Makes a volume and names it.
    package func makeVolume(_ name: String) async throws {
        try await onThread { [self] in _ = try call("POST", "/volumes/create", ["Name": name], expecting: [201]) }
    }

    /// Names of all volumes.
    package func volumes() async throws -> Set<String> {
        try await onThread { [self] in
            let answer = try call("GET", "/volumes", expecting: [200])
            let object = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
            return Set((object?["Volumes"] as? [[String: Any]] ?? []).compactMap { $0["Name"] as? String })
        }
    }
}
