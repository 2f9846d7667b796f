import Console
import Testing

@testable import cleanupd

/// What `cleanupd status` says where something is not as it should be, to the letter.
@Suite struct StatusTextTests {
    private static let time = "2026-01-02T03:04:05Z"

    private static func status(isWell: Bool) -> StatusDocument {
        let cycle = ScheduleDocument.Cycle(
            name: "nightly",
            enabled: isWell,
            schedule: "0 2 * * *",
            timezone: "UTC",
            tasks: ["logs"],
            next: isWell ? [time] : []
        )
        return StatusDocument(
            service: .init(
                version: "1.2.3",
                host: "box",
                pid: 7,
                startedAt: time,
                notReady: isWell ? nil : ServiceWords.notScheduling,
                replica: "box:7",
                leader: isWell,
                leaderName: nil,
                epoch: nil
            ),
            enabled: isWell,
            dryRun: !isWell,
            schedule: ScheduleDocument(running: isWell, cycles: [cycle]),
            tasks: [],
            last24Hours: .init(items: 3, bytes: 2_048),
            lastRunAt: nil,
            active: isWell ? [] : [running],
            configuration: ConfigurationDocument(file: "cleanup.yaml", connections: [])
        )
    }

    private static let running = ProgressDocument(
        id: "r1",
        task: "logs",
        request: "c1",
        dryRun: false,
        startedAt: time,
        examined: 3,
        planned: 2,
        plannedBytes: 8_192,
        done: 1,
        deleted: 1,
        failed: 0,
        bytes: 4_096
    )

    @Test func whatIsWrongIsSaid() {
        let expected = """
            cleanupd 1.2.3 on box, pid 7, since 2026-01-02T03:04:05Z: NOT READY: the scheduler has not started, does not \
            schedule; nobody is known to
            switched off: nothing is deleted; dry run: nothing is deleted; the scheduler is stopped; last 24 h: 3 items, \
            2.0 KiB

            TASK  LAST RUN  OUTCOME  24 H  FREED  OVERDUE  NEXT

            logs: run r1 since 2026-01-02T03:04:05Z: 3 examined, 2 to go (8.0 KiB), 1 done, 0 failed, 4.0 KiB freed

            nightly: 0 2 * * *, off
            """
        #expect(StatusText(paint: .plain).text(Self.status(isWell: false)) == expected)
    }

    @Test func whatIsWellIsSaidShortly() {
        let expected = """
            cleanupd 1.2.3 on box, pid 7, since 2026-01-02T03:04:05Z: ready, schedules
            last 24 h: 3 items, 2.0 KiB

            TASK  LAST RUN  OUTCOME  24 H  FREED  OVERDUE  NEXT

            nightly: 0 2 * * *, next 2026-01-02T03:04:05Z
            """
        #expect(StatusText(paint: .plain).text(Self.status(isWell: true)) == expected)
    }
}
