import Dispatch
import Foundation
import Support
import Synchronization
import Testing

/// Webhooks about cycles, from the real program to a real server.
@Suite(.timeLimit(.minutes(5)))
struct NotificationTests {
    private static func series(_ reason: String) -> String {
        #"cleanup_notification_failures_total{cycle="nightly",reason="\#(reason)"}"#
    }

    private static let total = #"cleanup_notifications_total{cycle="nightly"}"#

    @Test func aTaskThatFailsMakesOneMessageWhoseSignatureIsRight() async throws {
        let world = try NotificationWorld(on: "[failed]")
        let run = try await world.cleanupd.run("run", "--force", "--metrics-file", world.metricsFile)
        #expect(run.code == 1, "\(run.errorText)")
        let request = try #require(world.requests.first)
        #expect(world.requests.count == 1)
        try await world.expectSigned(request)
        let document = try world.document(0)
        #expect(document["cycle"] as? String == "nightly")
        #expect(document["outcome"] as? String == "failed")
        #expect(document["dry_run"] as? Bool == false)
        #expect(document["event"] as? String == request.headers["x-cleanupd-event-id"])
        let tasks = try #require(document["tasks"] as? [[String: Any]])
        #expect(tasks.map { $0["task"] as? String } == ["broken"])
        #expect((tasks[0]["reason"] as? String)?.contains("gone") == true)
        #expect(try await world.metrics()[Self.total] == 1)
        NotificationWorld.expectNothingSecret(
            in: run.text,
            run.errorText,
            try String(contentsOfFile: world.metricsFile, encoding: .utf8)
        )
    }

    @Test func anOutcomeThatIsNotListedIsNotTold() async throws {
        let world = try NotificationWorld(on: "[success, partial, refused]")
        #expect(try await world.cleanupd.run("run", "--force", "--metrics-file", world.metricsFile).code == 1)
        #expect(world.requests.isEmpty)
        #expect(try await world.metrics()[Self.total] == 0)
    }

    @Test func aDryRunIsMarked() async throws {
        let world = try NotificationWorld(on: "[success]", tasks: "[logs]")
        #expect(try await world.cleanupd.run("run").code == 0)
        #expect(try world.document(0)["dry_run"] as? Bool == true)
    }

    @Test func aServerThatIsInTroubleTwiceIsToldTheSameEventThreeTimes() async throws {
        let world = try NotificationWorld(on: "[failed]") { before in
            LoopbackServer.response(before < 2 ? "503 Service Unavailable" : "200 OK")
        }
        let run = try await world.cleanupd.run("run", "--force", "--metrics-file", world.metricsFile)
        #expect(run.code == 1)
        #expect(world.requests.count == 3)
        #expect(Set(world.requests.map { $0.headers["x-cleanupd-event-id"] }).count == 1)
        #expect(Set(world.requests.map(\.body)).count == 1)
        for request in world.requests { try await world.expectSigned(request) }
        #expect(try await world.metrics()[Self.total] == 1)
        #expect(try await world.metrics()[Self.series("unreachable")] == 0)
        NotificationWorld.expectNothingSecret(in: run.errorText)
    }

    @Test func aRefusalIsSaidAndCountedAndNotRepeated() async throws {
        let world = try NotificationWorld(on: "[failed]") { _ in
            LoopbackServer.response("400 Bad Request", Data("no such path /services/T0s3cr3t".utf8))
        }
        let run = try await world.cleanupd.run("run", "--force", "--metrics-file", world.metricsFile)
        // The run itself failed; that nobody could be told changes nothing.
        #expect(run.code == 1)
        #expect(world.requests.count == 1)
        #expect(run.errorText.contains("cannot be told to \(world.place): the server answers 400"), "\(run.errorText)")
        #expect(try await world.metrics()[Self.series("refused")] == 1)
        NotificationWorld.expectNothingSecret(in: run.text, run.errorText)
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let visits = Mutex(0)
        let other = try LoopbackServer { _ in
            visits.withLock { $0 += 1 }
            return LoopbackServer.response("200 OK")
        }
        let head = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:\(other.port)/\r\nContent-Length: 0"
        let world = try NotificationWorld(on: "[failed]") { _ in Data("\(head)\r\nConnection: close\r\n\r\n".utf8) }
        let run = try await world.cleanupd.run("run", "--force", "--metrics-file", world.metricsFile)
        #expect(run.code == 1)
        #expect(world.requests.count == 1)
        #expect(visits.withLock { $0 } == 0)
        #expect(try await world.metrics()[Self.series("refused")] == 1)
        withExtendedLifetime(other) {}
    }

    @Test func aServiceWhoseReceiverIsSilentGoesOnAndEndsInTime() async throws {
        let patience = DispatchSemaphore(value: 0)
        let world = try NotificationWorld(on: "[failed, success]", cycle: "every: 1s", tasks: "[logs]") { _ in
            patience.wait()
            return LoopbackServer.response("200 OK")
        }
        try await withServe(world.cleanupd) { serve in
            try await serve.waitFor("cleanup_job_complete")
            try await world.waitForRequests(1)
            // The receiver has the first message and says nothing; cycles end all the same.
            for _ in 1...3 { try await serve.waitFor("cleanup_job_complete") }
            let end = await serve.terminate()
            #expect(end.code == 0)
            #expect(end.seconds < 10)
        }
        for _ in 0..<100 { patience.signal() }
    }

    @Test func aServiceTellsAndNothingOfItShowsWhatIsSecret() async throws {
        let world = try NotificationWorld(on: "[failed]", cycle: "every: 1s", tasks: "[logs, broken]")
        let check = try await world.cleanupd.run("check")
        #expect(check.text.contains("cycle nightly: tells \(world.place) of failed\n"), "\(check.text)")
        NotificationWorld.expectNothingSecret(in: check.text, check.errorText)
        let lines = try await withRunning(world.cleanupd, ["serve", "--log-level", "trace"]) { serve in
            try await serve.waitFor("http_listening")
            let said = try await serve.waitFor("notification_delivered")
            #expect(said.contains(world.place))
            _ = await serve.terminate()
            return await serve.end().lines
        }
        try await world.expectSigned(world.requests[0])
        let tasks = try #require(try world.document(0)["tasks"] as? [[String: Any]])
        #expect(tasks.map { $0["outcome"] as? String } == ["success", "failed"])
        NotificationWorld.expectNothingSecret(in: lines.joined(separator: "\n"))
    }

    @Test func theAPIAndTheMetricsOfAServiceShowNothingSecret() async throws {
        let world = try NotificationWorld(on: "[failed]", cycle: "every: 1s")
        try await withServe(world.cleanupd) { serve in
            try await serve.waitFor("notification_delivered")
            let metrics = try await serve.request("/metrics").body
            #expect(try await Exposition(checking: metrics, .text)[Self.total] ?? 0 >= 1)
            for path in ["status", "settings", "jobs", "runs", "metrics"] {
                let answer = try await serve.request("/api/cleanup/\(path)")
                #expect(answer.status == 200, "\(path)")
                NotificationWorld.expectNothingSecret(in: answer.body)
            }
            NotificationWorld.expectNothingSecret(in: metrics)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func aFileThatHoldsNoURLIsRefusedByWhoTellsAndNotShown() async throws {
        let world = try NotificationWorld(on: "[success]", tasks: "[logs]")
        let hook = try world.nameAddressByFile("T0s3cr3t")
        let old = try world.writeOldLog()
        let check = try await world.cleanupd.run("check")
        #expect(check.code == 1)
        #expect(check.text.contains("cycle nightly: cycles.nightly.notify[0].webhook"), "\(check.text)")
        #expect(check.text.contains("1 cycles cannot tell anybody"))
        let run = try await world.cleanupd.run("run", "logs", "--force")
        #expect(run.code == 2)
        #expect(run.errorText.contains("cycles.nightly.notify[0].webhook"), "\(run.errorText)")
        #expect(FileManager.default.fileExists(atPath: old))
        NotificationWorld.expectNothingSecret(in: check.text, check.errorText, run.text, run.errorText)
        try FileManager.default.removeItem(atPath: hook)
        let missing = try await world.cleanupd.run("check")
        #expect(missing.code == 1)
        #expect(missing.text.contains(hook), "\(missing.text)")
    }

    /// Who may look at what would go need not be able to read where messages go.
    @Test(arguments: [["plan", "logs"], ["check", "--offline"]])
    func aCommandThatTellsNobodyNeedsNoAddress(arguments: [String]) async throws {
        let world = try NotificationWorld(on: "[success]", tasks: "[logs]")
        try FileManager.default.removeItem(atPath: try world.nameAddressByFile())
        let result = try await world.cleanupd.run(arguments)
        #expect(result.code == 0, "\(result.errorText)")
    }

    /// While its file is replaced, what an admin sets comes into force, and messages go where they went.
    @Test func anAddressThatIsGoneKeepsNobodyFromStoppingTheSchedule() async throws {
        let world = try NotificationWorld(on: "[success]", tasks: "[logs]")
        let hook = try world.nameAddressByFile()
        try await withServe(world.cleanupd) { serve in
            try FileManager.default.removeItem(atPath: hook)
            let stopped = try await serve.request("/api/cleanup/schedule/stop", method: "POST")
            #expect(stopped.status == 200, "\(stopped.body)")
            #expect(stopped.body.contains(#""running":false"#), "\(stopped.body)")
            let order = #"{"tasks":["logs"],"dry_run":true,"overrides":{"logs":{"older_than":"2h"}}}"#
            let headers = ["Content-Type: application/json"]
            let run = try await serve.request("/api/cleanup/run", method: "POST", headers: headers, body: order)
            #expect(run.status < 300, "\(run.body)")
            try await world.waitForRequests(1)
            // A reload reads it, and says that it cannot.
            #expect(try await serve.request("/-/reload", method: "POST").status == 422)
            #expect(await serve.terminate().code == 0)
        }
    }
}
