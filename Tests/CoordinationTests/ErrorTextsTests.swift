import Foundation
import Retention
import State
import Support
import Testing

@testable import Coordination

/// Why a lock is not taken, and why a job is not, to the letter.
@Suite struct ErrorTextsTests {
    // MARK: Locks

    @Test(
        arguments: [
            (.held("task logs", by: .process(7)), "is held by process 7. Wait until it has ended, or stop it."),
            (.held("task logs", by: .replica("a")), "is held by replica a. Wait until it has ended, or stop it."),
            (.held("task logs", by: nil), "is held by another process. Wait until it has ended, or stop it."),
            (.ending("task logs"), "cannot be taken: the service ends."),
            (
                .unanswered("task logs", within: .seconds(30)),
                "cannot be taken: no answer within 30.0 seconds. Look at the server of the locks, and at the state store."
            ),
        ] as [(LockError, String)]
    )
    func aLockThatIsNotTakenIsSaidInWords(_ error: LockError, _ expected: String) {
        #expect(error.description == "The lock of task logs \(expected)")
    }

    private static func refusal(_ locks: LocalLocks) -> String? {
        errorText { _ = try locks.acquire(task: "logs") }
    }

    @Test func aLockFileThatCannotBeUsedIsSaidInWords() throws {
        try #require(geteuid() == 0, "A folder of another user needs root.")
        let folder = try TemporaryFolder()
        let locks = LocalLocks(folder: folder.locks)
        let start = "The lock of task logs cannot be taken: \(folder.lockFile("logs"))"
        let end = "The user of this process must own that folder and be able to write in it."
        #expect(mkdir(folder.locks, 0o700) == 0 && symlink("nowhere", folder.lockFile("logs")) == 0)
        #expect(
            Self.refusal(locks) == "\(start) cannot be opened: Too many levels of symbolic links. \(end)"
        )
        #expect(unlink(folder.lockFile("logs")) == 0 && chown(folder.locks, 1_000, 1_000) == 0)
        #expect(
            Self.refusal(locks)
                == "\(start) lies in a folder of another user (1000). Run cleanupd as that user "
                + "(runuser -u $(id -nu 1000) -- cleanupd ...), with the variables of its service. If a run by hand has made "
                + "that folder, give it, and the state beside it, to the user of the service (chown)."
        )
        #expect(rmdir(folder.locks) == 0)
        #expect(
            Self.refusal(LocalLocks(folder: "/nowhere/locks"))
                == "The lock of task logs cannot be taken: /nowhere/locks/task-logs.lock cannot be created: "
                + "No such file or directory. \(end)"
        )
        try Data().write(to: URL(fileURLWithPath: folder.locks))
        #expect(Self.refusal(locks) == "\(start) cannot be opened as a folder: Not a directory. \(end)")
    }

    @Test func lockFilesThatFailOtherwiseAreSaidInWords() {
        let own = "The user of this process must own that folder and be able to write in it."
        let texts: [(LockFolder.Problem, String)] = [
            (.call("locked", ENOLCK), "cannot be locked: No locks available. \(own)"),
            (.call("made private", EPERM), "cannot be made private: Operation not permitted. \(own)"),
            (
                .isOthers(0),
                "lies in a folder of root. Run cleanupd as root, with the variables of its service. If a run by hand "
                    + "has made that folder, give it, and the state beside it, to the user of the service (chown)."
            ),
            (.isReplaced, "is replaced by somebody again and again. \(own)"),
        ]
        for (problem, expected) in texts { #expect("\(problem.text). \(problem.remedy)" == expected) }
    }

    // MARK: Jobs

    @Test(
        arguments: [
            (
                .refused("a@1", problem: "its list of tasks is too long"),
                "Job a@1 was not taken into the queue: its list of tasks is too long. Mend the request."
            ),
            (
                .answer("claim"),
                "Redis gave an answer to the step \"claim\" of the job queue that makes no sense. Check that the address "
                    + "leads to Redis itself, and that nobody else writes keys of the queue."
            ),
            (.notLeading, "The queue is with the replica that leads; ask that one."),
        ] as [(JobQueueError, String)]
    )
    func aQueueThatRefusesIsSaidInWords(_ error: JobQueueError, _ expected: String) {
        #expect(error.description == expected)
    }

    @Test func aRequestThatCannotBeAJobIsSaidInWords() {
        let good = JobRequest.of("light")
        let ascii = "printable ASCII characters without blanks"
        let changes: [((inout JobRequest) -> Void, String?)] = [
            ({ _ in }, nil), ({ $0.id = "two words" }, "its identity is not 1 to 200 \(ascii)"),
            ({ $0.cycle = "ä" }, "its cycle is not 1 to 128 \(ascii)"),
            ({ $0.trigger = String(repeating: "x", count: 257) }, "its trigger is longer than 256 bytes"),
            ({ $0.maximumAttempts = 0 }, "its number of attempts is not 1 to 1000"),
            (
                { $0.backoffSeconds = .nan },
                "its back-off is not 0 to \(Int(Backoff.maximumSeconds)) seconds"
            ),
        ]
        for (change, expected) in changes {
            var request = good
            change(&request)
            #expect(request.problem == expected)
        }
    }

    @Test func aJobThatMakesNoSenseIsSaidInWords() {
        let good = Job(JobRequest.of("light"), enqueuedAt: Instant(seconds: 0))
        let changes: [((inout Job) -> Void, String?)] = [
            ({ _ in }, nil), ({ $0.attempts = -1 }, "its attempts are no sensible number"),
            ({ $0.stalls = -1 }, "its stalls are no sensible number"),
            ({ $0.state = .active }, "its claim does not fit its state"),
            ({ $0.tasks = [String(repeating: "x", count: 32_768)] }, "its list of tasks is too long"),
            ({ $0.tasks = [""] }, "its list of tasks has a name that is none"),
        ]
        for (change, expected) in changes {
            var job = good
            change(&job)
            #expect(job.problem == expected)
        }
    }

    @Test func whatBecameOfJobsIsSaidInWords() throws {
        #expect(
            JobWords.silent(worker: "a-1") + JobWords.givenUp
                == "Worker a-1 gave no sign of life for too long. That was not the first time, so the job is given up: "
                + "see what happened there, then retry it."
        )
        #expect(
            JobWords.superseded(by: "light@2")
                == "A later job of the cycle, light@2, came before the next attempt and takes its place."
        )
        let id = JobRequest.of("light").id
        let other = Job(JobRequest.of("heavy"), enqueuedAt: Instant(seconds: 0))
        let json = String(decoding: try JSONEncoder().encode(QueueRecord.job(other, place: 0)), as: UTF8.self)
        for (text, problem) in [(json, "it is another job's"), ("{}", "it is not what this program writes")] {
            let records = LocalJobRecords([(id: id, json: text)], now: Instant(seconds: 0))
            #expect(
                records.records[id]?.job?.lastError
                    == "What was stored of the job cannot be read: \(problem). Retry it to run the whole cycle, or remove it."
            )
        }
    }
}
