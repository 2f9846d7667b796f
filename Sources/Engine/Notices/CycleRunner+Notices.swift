package import Retention

extension CycleRunner {
    /// Tells those whom a cycle names of one try of its firing.
    func tell(
        _ report: CycleReport,
        of cycle: String,
        in program: Program,
        trigger: Trigger,
        attempt: CycleEnd.Attempt,
        begunAt: Instant
    ) {
        guard let rules = program.cycle(cycle)?.notices else { return }
        notifier?.tell(CycleEnd(cycle: cycle, report, trigger: trigger, attempt: attempt, begunAt: begunAt), by: rules)
    }

    /// Tells of a run by hand: each cycle speaks of those of its tasks that ran, and of no others.
    package func tellByHand(_ report: CycleReport, of program: Program, trigger: Trigger, begunAt: Instant) {
        for cycle in program.cycles where !cycle.notices.isEmpty {
            var own = report
            own.runs.removeAll { !cycle.tasks.contains($0.task) }
            notifier?.tell(CycleEnd(cycle: cycle.name, own, trigger: trigger, begunAt: begunAt), by: cycle.notices)
        }
    }
}
