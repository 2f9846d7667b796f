import Clients
import Retention

/// A job as the scripts answer it: its identity, then the values of `RedisJobQueueLua.fields`.
enum RedisJobFields {
    /// A job that is none, and why.
    struct Unreadable: Error {
        var id: String
        var problem: String
        /// When it was enqueued, as far as that can be read.
        var since: Instant
    }

    static func job(_ values: [RedisValue]) -> Result<Job, Unreadable> {
        let id = values.first?.text ?? ""
        let fields = Dictionary(
            zip(RedisJobQueueLua.fields, values.dropFirst()).compactMap { name, value in value.bytes.map { (name, $0) }
            },
            uniquingKeysWith: { $1 }
        )
        var reader = Reader(fields: fields)
        let job = reader.job(id)
        guard let problem = reader.problem ?? job.problem else { return .success(job) }
        return .failure(Unreadable(id: id, problem: problem, since: job.enqueuedAt))
    }

    /// Names of tasks on lines of their own.
    static func text(ofTasks tasks: [String]) -> String { tasks.joined(separator: "\n") }

    /// A time in microseconds, as the scripts write it.
    static func instant(_ text: String) -> Instant? {
        guard let microseconds = Int64(text) else { return nil }
        let (nanoseconds, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
        return overflow ? nil : Instant(nanoseconds: nanoseconds)
    }

    /// Reads fields one by one, and remembers the first that cannot be read.
    private struct Reader {
        let fields: [String: [UInt8]]
        var problem: String?

        mutating func job(_ id: String) -> Job {
            let request = JobRequest(
                id: id,
                cycle: text("cycle"),
                firedAt: Instant(nanoseconds: number("fired")),
                trigger: text("trigger"),
                isRoutine: text("routine") == "1",
                maximumAttempts: Int(number("max")),
                backoffSeconds: seconds("backoff")
            )
            var job = Job(request, enqueuedAt: time("enqueued"))
            job.state = state()
            job.tasks = optional("tasks")?.split(separator: "\n").map(String.init)
            job.attempts = Int(number("attempts"))
            job.stalls = Int(number("stalls"))
            job.dueAt = time("due")
            job.startedAt = optionalTime("started")
            job.endedAt = optionalTime("ended")
            job.begunAt = optionalTime("begun")
            job.heartbeatAt = optionalTime("heartbeat")
            job.worker = optional("worker")
            job.claim = optional("claim")
            job.lastError = optional("error")
            job.supersededBy = optional("superseded")
            return job
        }

        private mutating func state() -> JobState {
            if let state = JobState(rawValue: text("state")) { return state }
            bad("state")
            return .failed
        }

        private mutating func bad(_ name: String) {
            if problem == nil { problem = "its field \(name) cannot be read" }
        }

        private mutating func optional(_ name: String) -> String? {
            guard let bytes = fields[name] else { return nil }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                bad(name)
                return nil
            }
            return text
        }

        private mutating func text(_ name: String) -> String {
            guard let text = optional(name) else {
                bad(name)
                return ""
            }
            return text
        }

        private mutating func number(_ name: String) -> Int64 {
            guard let number = Int64(text(name)) else {
                bad(name)
                return 0
            }
            return number
        }

        private mutating func seconds(_ name: String) -> Double {
            guard let seconds = Double(text(name)) else {
                bad(name)
                return 0
            }
            return seconds
        }

        private mutating func time(_ name: String) -> Instant {
            guard let instant = instant(text(name)) else {
                bad(name)
                return Instant(nanoseconds: 0)
            }
            return instant
        }

        private mutating func optionalTime(_ name: String) -> Instant? {
            fields[name] == nil ? nil : time(name)
        }
    }
}

/// What the script of a claim answers.
struct RedisClaimAnswer {
    let stalled: Int
    let dead: Int
    let unreadable: Int
    /// Of the job that was claimed.
    let fields: [RedisValue]?

    init(_ answer: RedisValue) throws(JobQueueError) {
        guard let values = answer.elements, values.count >= 3,
            let stalled = values[0].int, let dead = values[1].int, let unreadable = values[2].int
        else { throw .answer("claim") }
        self.stalled = Int(stalled)
        self.dead = Int(dead)
        self.unreadable = Int(unreadable)
        fields = values.count > 3 ? Array(values.dropFirst(3)) : nil
    }
}
