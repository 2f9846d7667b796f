/// What a run does with its plan.
extension TaskRun {
    private static var batch: Int { 2 }

    private enum Batch {
        case removed([Int])
        case fenced
    }

    func step() {
        guard !isCancelled else { return end(failed: job.cause != .shutdown) }
        guard !plan.isEmpty || task.isFenced else { return end(failed: false) }
        record { [self] in
            guard !isCancelled else { return end(failed: job.cause != .shutdown) }
            if !isTrusted { world.violation("\(replica.name) begins a batch of \(task.name) without a trusted lock") }
            world.oracle.batches += 1
            if task.isFenced { rows() } else { files(Self.batch) }
        }
    }

    /// Rows go in one transaction, which may come late.
    private func rows() {
        world.askState(replica) { [world, task, epoch, plannedAt] () -> Batch in
            let isAdmitted = world.items.admits(epoch, on: task.name) || world.sabotage == .staleEpochAccepted
            guard isAdmitted else {
                world.oracle.fenced += 1
                return .fenced
            }
            if let keeper = self.keeper { world.acted(keeper, epoch) }
            do {
                let due = try world.items.eligible(task.name, at: plannedAt)
                let batch = Array(due.prefix(Self.batch))
                for index in batch { self.remove(index) }
                return .removed(batch)
            } catch {
                world.violation("the judge refuses: \(error)")
                return .fenced
            }
        } then: { [self] in
            switch $0 {
            case .failure:
                isUnsure = true
                end(failed: true)
            case .success(.fenced): end(failed: true)
            case .success(.removed(let batch)):
                counted += batch.count
                // Until one finds nothing.
                if batch.isEmpty { end(failed: false) } else { pause { [self] in step() } }
            }
        }
    }

    /// Files go one by one; each is looked at again. Between the look at the lock and a deletion the process may be stopped.
    private func files(_ left: Int) {
        guard left > 0, !plan.isEmpty else { return pause { [self] in step() } }
        let (index, version) = plan.removeFirst()
        world.after(Int64(world.chance() * 5e7), of: replica) { [self] in
            let item = world.items.all[index]
            let isUnchanged = !item.isGone && item.version == version
            if isUnchanged || !item.isGone && world.sabotage == .noCheckAtDeletion {
                remove(index)
                counted += 1
            } else if world.sabotage == .plannedCounted {
                counted += 1
            }
            files(left - 1)
        }
    }

    private func remove(_ index: Int) {
        world.note("\(replica.name) deletes item \(index) of \(task.name), epoch \(epoch)")
        world.delete(index)
        removed += 1
    }

    private func pause(_ next: @escaping () -> Void) {
        world.after(Int64(world.chance() * Double(world.ttl) * 0.6), of: replica, next)
    }
}
