import Foundation
import Support

/// Asks the replicas several times a second who leads, each by a program in its own network.
struct LeaderSampler {
    /// One answer. Whoever leads did so at some instant between the two.
    struct Answer {
        var replica: Int
        /// Nanoseconds of the machine's monotonic clock.
        var asked: Int64
        var answered: Int64
        var leads: Bool
        var epoch: Int64
    }

    private let programs: [BackgroundProgram]

    private static let program = """
        import http.client, re, sys, time
        port, leader, epoch = int(sys.argv[1]), re.compile(rb"^cleanup_leader (\\S+)", re.M), re.compile(rb"^cleanup_leader_epoch (\\S+)", re.M)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            asked = time.monotonic_ns()
            connection.request("GET", "/metrics")
            text = connection.getresponse().read()
            print(asked, time.monotonic_ns(), int(float(leader.search(text)[1])), int(float(epoch.search(text)[1])), flush=True)
            time.sleep(0.15)
        """

    init(_ replicas: [ServeProcess], in network: BridgedNetwork, folder: URL) throws {
        programs = try replicas.indices.map { index in
            try BackgroundProgram(
                network.nodes[index].launcher
                    + ["/usr/bin/python3", "-c", Self.program, "\(replicas[index].port)"],
                output: folder.appendingPathComponent("sampler-\(index)").path
            )
        }
    }

    func answers() throws -> [Answer] {
        try programs.enumerated().flatMap { replica, program in
            // The last line may not be whole.
            try program.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
                let numbers = line.split(separator: " ").compactMap { Int64($0) }
                guard numbers.count == 4 else { throw SupportError("the sampler of replica \(replica) said: \(line)") }
                return Answer(
                    replica: replica,
                    asked: numbers[0],
                    answered: numbers[1],
                    leads: numbers[2] == 1,
                    epoch: numbers[3]
                )
            }
        }
    }

    /// The longest time for which a replica is proven to have led after one with a higher epoch had; below 0 = none did.
    static func overlap(_ answers: [Answer]) -> Double {
        let leading = answers.filter(\.leads)
        var worst = -Double.infinity
        for older in leading {
            let newer = leading.filter { $0.epoch > older.epoch }.map(\.answered).min()
            if let newer { worst = max(worst, Double(older.asked - newer) / 1e9) }
        }
        return worst
    }
}
