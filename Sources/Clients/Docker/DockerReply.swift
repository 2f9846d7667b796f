import Foundation

/// The shapes of the engine's JSON, as far as they are needed. What else is in it is passed over.
enum DockerReply {
    /// `GET /version`.
    struct Version: Decodable {
        let version: String?
        let apiVersion: String
        let minAPIVersion: String?

        enum CodingKeys: String, CodingKey {
            case version = "Version"
            case apiVersion = "ApiVersion"
            case minAPIVersion = "MinAPIVersion"
        }
    }

    /// One of `GET /containers/json`.
    struct Listed: Decodable {
        let id: String
        let names: [String]?
        let image: String?
        let created: Int64
        let state: String
        let labels: [String: String]?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "Names"
            case image = "Image"
            case created = "Created"
            case state = "State"
            case labels = "Labels"
        }
    }

    /// `GET /containers/{id}/json`.
    struct Inspected: Decodable {
        let id: String
        let created: String
        let name: String
        let state: State
        let config: Config
        let writableBytes: Int64?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case created = "Created"
            case name = "Name"
            case state = "State"
            case config = "Config"
            case writableBytes = "SizeRw"
        }
    }

    struct State: Decodable {
        let status: String
        let running: Bool?
        let paused: Bool?
        let restarting: Bool?
        let startedAt: String?
        let finishedAt: String?

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case running = "Running"
            case paused = "Paused"
            case restarting = "Restarting"
            case startedAt = "StartedAt"
            case finishedAt = "FinishedAt"
        }
    }

    struct Config: Decodable {
        let image: String?
        let labels: [String: String]?

        enum CodingKeys: String, CodingKey {
            case image = "Image"
            case labels = "Labels"
        }
    }

    /// Of an answer that is no success.
    struct Failure: Decodable {
        let message: String
    }
}

extension DockerSummary {
    /// `nil` if it cannot be one: what is in no listing of an engine.
    init?(_ listed: DockerReply.Listed) {
        let (created, overflow) = listed.created.multipliedReportingOverflow(by: 1_000_000_000)
        guard DockerID(listed.id) != nil, !overflow else { return nil }
        self.init(
            id: listed.id,
            names: (listed.names ?? []).map(Self.name),
            image: listed.image ?? "",
            state: listed.state,
            created: created,
            labels: listed.labels ?? [:]
        )
    }

    fileprivate static func name(_ text: String) -> String { text.hasPrefix("/") ? String(text.dropFirst()) : text }
}

extension DockerContainer {
    /// `nil` if one of its times cannot be read.
    init?(_ inspected: DockerReply.Inspected) {
        guard case .at(let created)? = DockerTime.parse(inspected.created),
            let started = DockerTime.parse(inspected.state.startedAt ?? ""),
            let finished = DockerTime.parse(inspected.state.finishedAt ?? "")
        else { return nil }
        let state = inspected.state
        let isActive = state.running == true || state.paused == true || state.restarting == true
        let isSaidToHaveEnded = ["created", "exited", "dead"].contains(state.status)
        self.init(
            id: inspected.id,
            names: [DockerSummary.name(inspected.name)].filter { !$0.isEmpty },
            image: inspected.config.image ?? "",
            state: isActive && isSaidToHaveEnded ? "running" : state.status,
            created: created,
            started: started.nanoseconds,
            finished: finished.nanoseconds,
            labels: inspected.config.labels ?? [:],
            writableBytes: inspected.writableBytes.flatMap { $0 < 0 ? nil : $0 }
        )
    }
}

extension DockerTime.Value {
    fileprivate var nanoseconds: Int64? { if case .at(let value) = self { value } else { nil } }
}
