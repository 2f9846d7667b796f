import Retention
import State

/// The warnings and errors that only the log tells, one function each. What a run's report says is with the report.
package enum LogWords {
    // MARK: Firings

    static let leadLost = "This replica schedules no more; another one may"

    static func stale(_ job: String) -> String {
        "\(job) was not fired: another replica has led since. This one gives the lead back."
    }

    /// Why a job is missed that waited until its window had closed.
    static let hoursAreOver = "its hours were over before it began"

    static func missed(_ job: String, because reason: String) -> String { "\(job) is missed: \(reason)" }

    static func notTaken(_ job: String, _ error: any Error) -> String {
        "\(job) is due, and the queue did not take it: \(error) It is offered again."
    }

    static func missed(_ count: Int, of cycle: String, _ reason: SchedulerMachine.Miss) -> String {
        switch reason {
        case .nobodyLed(isMadeUpFor: true):
            "\(cycle): \(count) firings were missed while nobody scheduled; running once now"
        case .nobodyLed(isMadeUpFor: false):
            "\(cycle): \(count) firings were missed while nobody scheduled; outside its window now, so that the next firing "
                + "makes up for them"
        case .busy(let id): "\(cycle): \(count) firings are missed, because \(id) has not ended"
        case .queueSilent: "\(cycle): \(count) firings are missed, because the queue did not take them"
        case .tooLate: "\(cycle): a firing is missed, because its hours were over before it was looked at"
        }
    }

    // MARK: Jobs

    static func notAsked(_ error: any Error) -> String { "The queue could not be asked for a job: \(error)" }

    static func beginningNotRecorded(_ job: String, _ error: any Error) -> String {
        "The beginning of job \(job) could not be recorded, so that it has not begun: \(error)"
    }

    static func notToldOfLife(_ error: any Error) -> String { "The queue was not told that jobs go on: \(error)" }

    static func endNotRecorded(_ job: String, _ error: any Error) -> String {
        "The end of job \(job) could not be recorded: \(error)"
    }

    static func retried(_ job: String, attempt: Int, of maximum: Int, at instant: Instant) -> String {
        "\(job) failed (attempt \(attempt) of \(maximum)); the next one follows at \(Timestamp.format(instant))"
    }

    static func givenUp(_ job: String, of cycle: String) -> String {
        "\(job) failed in all its attempts and is given up; the next firing of \(cycle) begins anew"
    }

    static func taken(_ job: String) -> String {
        "\(job) was taken from this worker, which had been silent for too long, or was lost by the queue; it is done again"
    }

    // MARK: Waiting until it is quiet

    static func waits(because reason: String, until deadline: Instant?) -> String {
        "waits, because \(reason)\(deadline.map { "; it begins at \(Timestamp.format($0)) at the latest" } ?? "")"
    }

    static func begins(although reason: String) -> String {
        "begins although \(reason): it has waited for as long as it may"
    }

    /// Of a look that was given up.
    package static func quietUnanswered(within time: Duration) -> String {
        "the query of when_quiet took longer than \(time)"
    }

    /// Of a look that failed.
    package static func quietUnknown(because reason: String) -> String {
        "nobody can tell whether it is quiet: \(reason)"
    }

    /// A reason, so that the error ends without its full stop.
    static func quietUnknown(_ error: any Error) -> String {
        let text = "\(error)"
        return quietUnknown(because: text.hasSuffix(".") ? String(text.dropLast()) : text)
    }

    // MARK: Messages to others

    static func cannotBeTold(_ end: CycleEnd, _ error: any Error) -> String {
        "The end of \(end.cycle) cannot be told: \(error)"
    }

    static func isToldLater(_ notice: Notice, _ reason: String, attempt: Int, in pause: Duration) -> String {
        "\(what(notice)) is not told to \(notice.channel.place) yet: \(reason); the next try, after that number \(attempt), "
            + "comes in \(pause.components.seconds) s"
    }

    static func cannotBeTold(_ notice: Notice, _ reason: String) -> String {
        "\(what(notice)) cannot be told to \(notice.channel.place): \(reason)"
    }

    static func cannotBeTold(_ notice: Notice, after attempts: Int, _ reason: String) -> String {
        "\(what(notice)) cannot be told to \(notice.channel.place), given up after \(attempts) tries: \(reason)"
    }

    static func wasNotTold(_ notice: Notice, _ reason: String) -> String {
        "\(what(notice)) was not told to \(notice.channel.place): \(reason)"
    }

    static let tooManyWait = "too many messages wait; look at the servers that are told"

    static func what(_ notice: Notice) -> String { "The end of \(notice.cycle) (\(notice.outcome.rawValue))" }

    // MARK: Runs and their history

    static func endNotRecorded(run: RunID, of task: String, _ error: any Error) -> String {
        "The end of run \(run) of \(task) could not be recorded: \(error)"
    }

    static func notClosed(_ error: any Error) -> String { "Runs that a crash left open could not be closed: \(error)" }

    static func sweptUp(_ count: Int, of task: String) -> String {
        "\(task): \(count) half-made files of a run that died were removed"
    }

    static func stampsNotSaved(_ error: any Error) -> String { "Last-run times could not be saved: \(error)" }

    static func stampsNotRead(_ error: any Error) -> String { "Last-run times could not be read: \(error)" }

    /// The figure of the last look stands; a run meets the same error and counts it.
    static func overdueUnknown(of task: String, _ error: any Error) -> String {
        "\(task): how long rows are overdue could not be looked up: \(error)"
    }

    static func queueUnknown(_ error: any Error) -> String { "The queue cannot be looked at: \(error)" }

    static func notPruned(_ error: any Error) -> String { "Own history could not be pruned: \(error)" }

    /// - Parameter what: is left, whatever became of the item.
    static func leftBehind(_ item: String, _ what: String) -> String { "Left behind by \(item): \(what)" }

    static func notDeleted(_ item: String, _ detail: String?) -> String {
        "Failed to delete \(item): \(detail ?? "no detail")"
    }
}
