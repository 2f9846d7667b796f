import Foundation
import Support
import Testing

/// A cycle that waits for little load, in a running service.
@Suite(.timeLimit(.minutes(5)))
struct QuietCycleTests {
    @Test(arguments: RowsWorld.Engine.allCases)
    func nothingGoesUntilTheQuerySaysThatItIsQuiet(engine: RowsWorld.Engine) async throws {
        try await RowsWorld.with(engine, due: 300) { world in
            try await world.sql("CREATE TABLE busy (yes boolean); INSERT INTO busy VALUES (true)")
            let rest = Self.rest("in: app, query: \"SELECT NOT yes FROM busy\", at_latest: 1h")
            try await withServe(try world.replica("serve", rest)) { serve in
                try await serve.waitForFirst("cleanup_cycle_waits")
                #expect(try await world.count() == 300 + RowsWorld.young)
                try await world.sql("UPDATE busy SET yes = false")
                try await serve.waitForFirst("cleanup_job_complete")
                #expect(try await world.count() == RowsWorld.young)
                let metrics = try await Self.metrics(serve)
                #expect(metrics[#"cleanup_cycle_quiet_waits_total{cycle="often",result="quiet"}"#] == 1)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    @Test func aCycleOfWhichNobodyCanTellBeginsAtItsLastMomentAndSaysSo() async throws {
        try await RowsWorld.with(.sqlite, due: 300) { world in
            let rest = Self.rest("in: app, query: \"SELECT yes FROM no_such_table\", at_latest: 15s")
            try await withServe(try world.replica("serve", rest)) { serve in
                let waits = try await serve.waitForFirst("cleanup_cycle_waits")
                #expect(waits.contains("no_such_table") && waits.contains(#""level":"warning""#), "\(waits)")
                let begins = try await serve.waitFor("cleanup_cycle_not_quiet")
                #expect(begins.contains("no_such_table"), "\(begins)")
                try await serve.waitForFirst("cleanup_job_complete")
                #expect(try await world.count() == RowsWorld.young)
                let metrics = try await Self.metrics(serve)
                #expect(metrics[#"cleanup_cycle_quiet_waits_total{cycle="often",result="unknown"}"#] == 1)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    @Test func aFiringThatWaitsOutlivesTheServiceWhichEndsAtOnce() async throws {
        try await RowsWorld.with(.sqlite, due: 300) { world in
            try await world.sql("CREATE TABLE busy (yes boolean); INSERT INTO busy VALUES (true)")
            let replica = try world.replica(
                "serve",
                Self.rest("in: app, query: \"SELECT NOT yes FROM busy\", at_latest: 1h")
            )
            try await withServe(replica) { serve in
                try await serve.waitForFirst("cleanup_cycle_waits")
                let end = await serve.terminate()
                #expect(end.code == 0 && end.seconds < 10)
                #expect(try await world.count() == 300 + RowsWorld.young)
            }
            try await world.sql("UPDATE busy SET yes = false")
            try await withServe(replica) { serve in
                try await serve.waitForFirst("cleanup_job_complete")
                #expect(try await world.count() == RowsWorld.young)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    private static func metrics(_ serve: ServeProcess) async throws -> Exposition {
        try await Exposition(checking: try await serve.request("/metrics").body, .text)
    }

    private static func rest(_ quiet: String) -> String {
        """
        cycles:
          often:
            every: 1h
            at_start: true
            tasks: [logs]
            when_quiet: { \(quiet), check_every: 1s }
        tasks:
          logs:
            rows: { in: app, table: logs, time: created_at }
            remove: { older_than: 30d }
        """
    }
}
