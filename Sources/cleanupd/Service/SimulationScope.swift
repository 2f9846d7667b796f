import CleanupConfiguration
import Engine
import Retention

/// What a simulation can foresee of a task, and what it leaves out.
enum SimulationScope {
    /// Why the outcome would be made up, as parts of a sentence; empty = it can be simulated.
    static func refusals(_ task: TaskConfiguration, _ policy: Policy) -> [String] {
        guard task.files != nil else { return ["only tasks on files and directories can be simulated"] }
        let sizes = [
            (policy.remove?.sizeOver != nil, "remove.size_over"), (policy.budget.bytes != nil, "budget.bytes"),
            (task.limits.maxBytes != nil, "limits.max_bytes"),
        ]
        var refusals: [String] = []
        if policy.quota != nil { refusals.append("its quota depends on how full the disk will be") }
        if !task.removal.listedBy.isEmpty { refusals.append("what remove.listed_by will name, nobody knows") }
        if task.removal.orphan { refusals.append("what will be an orphan, nobody knows") }
        if !(task.referencedBy.isEmpty && task.referencedByKeys.isEmpty && task.referencedByFields.isEmpty) {
            refusals.append("what keep.referenced_by will name, nobody knows")
        }
        if policy.compressOlderThan != nil {
            refusals += sizes.filter(\.0).map { "\($0.1) depends on how small compress will make files" }
        }
        return refusals
    }

    /// Why runs that are left out would make the outcome up, as part of a sentence; `nil` = they do not.
    static func refusal(
        of firings: SimulatedFirings,
        _ definition: TaskDefinition,
        in span: SimulationSpan
    ) -> String? {
        let hasGuards = definition.limits != Limits() || definition.policy.budget != Policy.Budget()
        guard firings.isThinned, hasGuards else { return nil }
        return tooManyFirings(SimulatedFirings.most, days: span.days)
    }

    static func tooManyFirings(_ most: Int, days: Int) -> String {
        "its cycles fire more than \(most) times in \(days) days, and budget and limits count for each run. "
            + "Write fewer --days."
    }

    /// What is taken for granted or left out, in whole sentences.
    static func notes(
        _ task: TaskConfiguration,
        _ definition: TaskDefinition,
        _ cycles: [CycleDefinition],
        _ firings: SimulatedFirings,
        of program: Program
    ) -> [String] {
        var notes = switches(definition, cycles, program)
        if firings.isThinned {
            let most = SimulatedFirings.most
            notes.append("It fires more than \(most) times: of each hour the first run only is simulated.")
        }
        if definition.policy.compressOlderThan != nil {
            notes.append("Compressed files count with the size they had: how small they will be is not known.")
        }
        if let settings = task.archiveTo {
            notes.append("archive_to is taken to work: what is due goes, and has its copy in \(settings.connection).")
        }
        if definition.policy.keep.open {
            notes.append("keep.open is left out: a file that is open for writing will stay for a later run.")
        }
        if let time = task.files?.time, time != .mtime, time != .birth {
            notes.append("Ages count from \(time.rawValue): nothing is taken to be touched from now on.")
        }
        if task.files.map({ $0.type != .file }) ?? false {
            notes.append("Directories stay as old and large as they are: nothing is taken to be written in them.")
        }
        let limited = cycles.filter { $0.maxDurationSeconds != nil }.map { "max_duration of \($0.name)" }
        let times = (definition.runLimitSeconds == nil ? [] : ["budget.duration"]) + limited
        if !times.isEmpty {
            let verb = times.count == 1 ? "is" : "are"
            notes.append(
                "\(times.joined(separator: " and ")) \(verb) left out: each run is taken to do all that it is to do."
            )
        }
        if definition.pace.holdFile != nil {
            notes.append("pace.hold_file is left out: it is taken never to exist.")
        }
        return notes
    }

    /// What keeps it from acting now.
    private static func switches(
        _ definition: TaskDefinition,
        _ cycles: [CycleDefinition],
        _ program: Program
    ) -> [String] {
        var notes: [String] = []
        // That no cycle has it is said of the runs.
        if let reason = definition.disabledReason, !cycles.isEmpty || definition.isSwitchedOff {
            notes.append("It does not run by itself now (\(reason)): shown is what would be if it did.")
        }
        if program.mustDryRun(definition) {
            notes.append("It only says what it would do now (dry run): shown is what would be if it acted.")
        }
        if !program.isScheduling, !cycles.isEmpty {
            notes.append("The scheduler is stopped now: shown is what would be if cycles fired.")
        }
        return notes
    }
}
