import Foundation
import Support
import Testing

/// I9: an alert says what is wrong; and none fires that no fault explains.
extension SoakJudge {
    func expectExplainedAlerts() async throws {
        for firing in try await firings() where !SoakStanding.covers(firing) {
            #expect(
                !SoakAlerts.explaining(firing, faults.entries).isEmpty,
                "\(firing.words) at \(firing.at.formatted(.iso8601)): no fault explains it\n\(story(before: firing.at))"
            )
        }
    }

    func firings() async throws -> [SoakAlerts.Firing] {
        let seconds = Int(Date().timeIntervalSince(begin)) + 60
        return try await SoakAlerts.firings(world.stack, seconds: seconds)
    }

    /// What was done in the two minutes before, and what the replicas said.
    private func story(before instant: Date) -> String {
        let times = faults.entries.filter { $0.begin < instant && instant.timeIntervalSince($0.begin) < 120 }.map {
            let ended = $0.end.map { "\(instant.timeIntervalSince($0))" } ?? "not"
            return "\($0.fault) began \(instant.timeIntervalSince($0.begin)) s before, ended \(ended) s before"
        }
        return times.joined(separator: "\n") + worries(before: instant)
    }

    /// What the replicas said in the half minute before, but for what is as it should be.
    private func worries(before instant: Date) -> String {
        let (first, last) = (instant.addingTimeInterval(-30).formatted(.iso8601), instant.formatted(.iso8601))
        return world.replicas.map { replica in
            let lines = replica.service.child.log.split(separator: "\n").filter { line in
                let time = line.dropFirst("{\"time\":\"".count)
                return time > first && time < last && !line.contains("\"level\":\"info\"")
            }
            return "\n\(replica.name) said: " + lines.suffix(10).joined(separator: "\n")
        }.joined()
    }

    /// A line for each that began to fire, with the last fault that explains it; in seconds since the soak began.
    func alertLines() async throws -> [String] {
        try await firings().map { firing -> String in
            let words = "alert \(firing.words) at \(seconds(firing.at)) s"
            if SoakStanding.covers(firing) { return words + ": stands, because its task is made so" }
            let explaining = SoakAlerts.explaining(firing, faults.entries)
            guard let last = explaining.max(by: { $0.begin < $1.begin }) else { return words + ": NOT EXPLAINED" }
            let end = last.end.map { "\(seconds($0))" } ?? "the end"
            let fault = "\(last.fault) from \(seconds(last.begin)) to \(end) s"
            return words + ": \(fault)" + (explaining.count > 1 ? ", and \(explaining.count - 1) before it" : "")
        }
    }

    private func seconds(_ instant: Date) -> Int { Int(instant.timeIntervalSince(begin).rounded()) }
}
