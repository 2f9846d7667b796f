import Console

/// The status of a service as a page of text.
struct StatusText {
    let paint: Paint

    func text(_ status: StatusDocument) -> String {
        var lines = [service(status), switches(status)]
        lines.append("")
        lines += table(status.tasks)
        if !status.active.isEmpty { lines += [""] + status.active.map(progress) }
        lines += [""] + status.schedule.cycles.map(cycle)
        return lines.joined(separator: "\n")
    }

    private func service(_ status: StatusDocument) -> String {
        let service = status.service
        let health = service.notReady.map { paint.bad("NOT READY: \(RunLine.printable($0))") } ?? "ready"
        return "cleanupd \(service.version) on \(RunLine.printable(service.host)), pid \(service.pid), since "
            + "\(service.startedAt): \(health)\(service.leader ? ", schedules" : ", does not schedule")"
            + leader(service)
    }

    private func leader(_ service: StatusDocument.Service) -> String {
        guard !service.leader else { return "" }
        return service.leaderName.map { "; \(RunLine.printable($0)) does" } ?? "; nobody is known to"
    }

    private func switches(_ status: StatusDocument) -> String {
        var words: [String] = []
        if !status.enabled { words.append(paint.odd("switched off: nothing is deleted")) }
        if status.dryRun { words.append("dry run: nothing is deleted") }
        if !status.schedule.running { words.append(paint.odd("the scheduler is stopped")) }
        let freed = status.last24Hours
        words.append("last 24 h: \(freed.items) items, \(Words.bytes(freed.bytes))")
        return words.joined(separator: "; ")
    }

    // MARK: Tasks

    private func table(_ tasks: [TaskDocument]) -> [String] {
        let rows = [["TASK", "LAST RUN", "OUTCOME", "24 H", "FREED", "OVERDUE", "NEXT"]] + tasks.map(row)
        return TextTable.lines(rows) { $0 == 2 ? paint.outcome($1) : $1 }
    }

    private func row(_ task: TaskDocument) -> [String] {
        let outcome = task.running ? "running" : task.lastRun?.outcome ?? "-"
        return [
            RunLine.printable(task.name), task.lastRun?.endedAt ?? "-",
            task.dryRun ? "\(outcome) (dry run)" : outcome, "\(task.last24Hours.items)",
            Words.bytes(task.last24Hours.bytes), task.overdueSeconds.map(Words.duration) ?? "-",
            task.nextRunAt ?? (task.enabled ? "-" : "off: \(RunLine.printable(task.disabledReason ?? ""))"),
        ]
    }

    // MARK: Runs and cycles

    private func progress(_ run: ProgressDocument) -> String {
        var text =
            "\(RunLine.printable(run.task)): \(run.dryRun ? "dry run" : "run") \(run.id) since \(run.startedAt): "
        text += "\(run.examined) examined, \(run.planned) to go (\(Words.bytes(run.plannedBytes)))"
        if !run.dryRun { text += ", \(run.done) done, \(run.failed) failed, \(Words.bytes(run.bytes)) freed" }
        return text
    }

    private func cycle(_ cycle: ScheduleDocument.Cycle) -> String {
        let next = cycle.next.first.map { "next \($0)" } ?? (cycle.enabled ? "no firing" : "off")
        return "\(RunLine.printable(cycle.name)): \(cycle.schedule ?? "at start"), \(next)"
    }
}
