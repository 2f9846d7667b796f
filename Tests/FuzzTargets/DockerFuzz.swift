import Foundation

@testable import Clients

/// Answers of a Docker engine: the first byte says to which question.
enum DockerFuzz {
    static let target = FuzzTarget("docker", longest: 4096) { bytes in
        var input = FuzzInput(bytes)
        let question = input.byte()
        let body = Data(input.rest)
        do {
            switch question % 3 {
            case 0: try checkListing(body)
            case 1: try checkInspection(body)
            default: try checkVersion(body)
            }
        } catch is DecodingError {
            // Refused.
        }
    }

    private static func checkListing(_ body: Data) throws {
        for listed in try JSONDecoder().decode([DockerReply.Listed].self, from: body) {
            guard let summary = DockerSummary(listed) else { continue }
            let isID = summary.id.utf8.count == 64 && summary.id.allSatisfy { "0123456789abcdef".contains($0) }
            try require(isID, "a container has the identity \(summary.id)")
            try require(summary.created == Int64(listed.created) &* 1_000_000_000, "a time was changed")
        }
    }

    private static func checkInspection(_ body: Data) throws {
        let inspected = try JSONDecoder().decode(DockerReply.Inspected.self, from: body)
        guard let container = DockerContainer(inspected) else { return }
        let state = inspected.state
        let runs = state.running == true || state.paused == true || state.restarting == true
        let hasEnded = ["created", "exited", "dead"].contains(container.state)
        try require(!runs || !hasEnded, "a container that runs counts as \(container.state)")
        let times = [container.created, container.started ?? 0, container.finished ?? 0]
        try require(times.allSatisfy { $0 >= 0 }, "a container is older than time")
        try require(container.writableBytes ?? 0 >= 0, "a container has less than no bytes")
    }

    private static func checkVersion(_ body: Data) throws {
        let reply = try JSONDecoder().decode(DockerReply.Version.self, from: body)
        guard let newest = DockerAPIVersion(reply.apiVersion) else { return }
        try require(
            DockerAPIVersion(newest.description) == newest,
            "\(newest) is another version when it is read again"
        )
        let oldest = reply.minAPIVersion.flatMap(DockerAPIVersion.init) ?? .floor
        let version = DockerVersion(engine: reply.version ?? "", newest: newest, oldest: oldest)
        guard let spoken = version.spoken else { return }
        try require(spoken >= oldest && newest >= .floor, "\(spoken) is spoken with who speaks \(oldest) to \(newest)")
    }
}
