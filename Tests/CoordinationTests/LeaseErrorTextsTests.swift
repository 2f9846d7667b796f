import Clients
import Support
import Testing

@testable import Coordination

/// Why a lease is not gained, to the letter. Asks no server.
@Suite struct LeaseErrorTextsTests {
    // MARK: The machine

    /// Why the machine refuses after these events, all at 100 s but the last.
    private static func refusal(
        _ events: [LeaseMachine.Event],
        then last: LeaseMachine.Event,
        at second: Int
    ) -> String? {
        var machine = LeaseMachine(timing: LeaseTiming(ttl: .seconds(30)))
        for event in events { _ = machine.handle(event, at: .seconds(100)) }
        for case .refused(.unavailable(let fault)) in machine.handle(last, at: .seconds(second)) {
            return fault.description
        }
        return nil
    }

    @Test func aLeaseThatIsNotGainedIsSaidInWords() {
        let asked: [LeaseMachine.Event] = [.granted(epoch: 7), .outdated(mark: 8), .released]
        #expect(
            Self.refusal(
                [.started(floor: 0)] + asked + asked + [.granted(epoch: 7)],
                then: .outdated(mark: 8),
                at: 100
            )
                == "The state store has the epoch 8 already, and the lock was granted with 7 after 3 attempts. "
                + "See that all replicas use one state store and one lock server."
        )
        #expect(
            Self.refusal([.started(floor: 0), .granted(epoch: 7)], then: .timeReached, at: 200)
                == "Raising the epoch's mark in the state store took longer than the lock lasts. Look at the load of the "
                + "state store, or make coordination.lock_ttl longer."
        )
        #expect(LeaseFault.stopped.description == "it is not wanted any more.")
    }

    // MARK: Servers

    @Test func anEpochThatSomebodyMayHaveHadIsSaidInWords() {
        #expect(
            LeaseFault.notAbove(7, granted: 3, of: "task:logs", .redis).description
                == "The lock task:logs was granted with the epoch 3, which is not above 7, the last that is known. "
                + "Look who else writes to the server of the locks."
        )
    }

    @Test func anEpochBeyondWhichThereIsNoneIsSaidInWords() async {
        let postgres = PostgresServer(name: "state", settings: PostgresSettings(url: "postgres://h"), now: { .now })
        let server = PostgresLeaseServer(server: postgres, schema: "cleanupd", replica: "a")
        let error = await #expect(throws: LeaseFault.self) {
            try await server.acquire("task:logs", token: "t", ttl: .seconds(30), floor: .max)
        }
        #expect(
            error?.description
                == "The mark of the lock task:logs in the state store is 9223372036854775807: no epoch is left, so that "
                + "nobody gets the lock. Look who wrote it, and set it back while no replica runs."
        )
    }

    @Test func aSessionThatIsOverIsSaidInWords() {
        #expect(
            LeaseFault.sessionEnded.description
                == "The session that held the locks in PostgreSQL has ended. The next try makes a new one; if that ends, "
                + "too, look at the server's log."
        )
        #expect(
            LeaseFault.noAnswerInTime.description
                == "PostgreSQL, which keeps the locks, did not answer in time. Look at its load, and at the network."
        )
    }

    @Test func aRedisThatKnowsNoLocksIsSaidInWords() throws {
        let client = RedisClient(settings: try RedisSettings(url: "redis://:secret-word@cache:6380"))
        let server = RedisLeaseServer(client: client, prefix: "{cleanupd}:")
        #expect(
            server.senseless(.array([.integer(1), .string(Array("garbage".utf8))]), "leader").description
                == "Redis cache:6380 answered the question for the lock leader with an array of 2, which makes no sense. "
                + "See that nobody else writes to keys that begin with \"{cleanupd}:\"."
        )
        #expect(
            server.lossOfData("leader", .seconds(30)).description
                == "Redis cache:6380 has lost what it knew about the lock leader (a failover, or a restart without its "
                + "file), so its last holder may still act: nobody gets it for 30.0 seconds. Where that happens again, "
                + "switch on appendonly."
        )
    }
}
