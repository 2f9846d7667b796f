/// The file's size, and pages given back.
extension SQLiteConnection {
    /// What becomes of pages that are free.
    package enum AutoVacuum: Int64, Sendable {
        /// They stay in the file, and are used again; only VACUUM makes it smaller.
        case none = 0
        /// Given back at each commit.
        case full = 1
        /// Given back when asked.
        case incremental = 2
    }

    /// Figures of the file.
    package struct Space: Sendable, Equatable {
        package var autoVacuum: AutoVacuum
        package var isWAL: Bool
        package var pageSize: Int64
        package var pages: Int64
        package var freePages: Int64

        package var bytes: Int64 { pageSize * pages }
    }

    /// What giving pages back came to.
    package struct Shrinking: Sendable, Equatable {
        package var pages: Int64
        /// Somebody's lock kept it from ending.
        package var isBusy: Bool

        package init(pages: Int64 = 0, isBusy: Bool = false) {
            self.pages = pages
            self.isBusy = isBusy
        }
    }

    /// Time that one step should take: others can write between two.
    private static let stepGoal = Duration.milliseconds(50)
    private static let pagesPerStep: (first: Int64, least: Int64, most: Int64) = (64, 16, 16_384)

    /// Blocking, cheap.
    package func space(isCancelled: () -> Bool = { false }) throws -> Space {
        func integer(_ pragma: String) throws -> Int64 {
            try query("PRAGMA \(pragma)", isCancelled: isCancelled).first?.first?.integer ?? 0
        }
        return Space(
            autoVacuum: AutoVacuum(rawValue: try integer("auto_vacuum")) ?? .none,
            isWAL: try query("PRAGMA journal_mode", isCancelled: isCancelled).first?.first == .text("wal"),
            pageSize: try integer("page_size"),
            pages: try integer("page_count"),
            freePages: try integer("freelist_count")
        )
    }

    /// Gives free pages back to the file system, a few at a time, then empties the log, which is when the file shrinks.
    ///
    /// Blocking; ends after a step when cancelled. Where pages cannot be given back, only the log is emptied.
    package func shrink(isCancelled: () -> Bool) throws -> Shrinking {
        var result = Shrinking()
        do {
            let space = try space(isCancelled: isCancelled)
            if space.autoVacuum == .incremental { try vacuum(space.freePages, &result, isCancelled) }
            if space.isWAL, !isCancelled() { result.isBusy = try !emptyLog(isCancelled: isCancelled) }
        } catch let error as SQLiteError where error.code == .busy || error.code == .locked {
            result.isBusy = true
        } catch let error as SQLiteError where error.code == .cancelled {
            // What was given back is given back.
        }
        return result
    }

    /// Writes the log back into the database and empties it.
    /// - Returns: false if a reader or writer was in the way for the whole time-out.
    package func emptyLog(isCancelled: () -> Bool) throws -> Bool {
        let row = try query("PRAGMA wal_checkpoint(TRUNCATE)", isCancelled: isCancelled).first
        return row?.first == .integer(0)
    }

    private func vacuum(_ free: Int64, _ result: inout Shrinking, _ isCancelled: () -> Bool) throws {
        var left = free
        var step = Self.pagesPerStep.first
        while left > 0, !isCancelled() {
            let start = ContinuousClock.now
            // Gives one row a page, and works only while it is stepped.
            _ = try query("PRAGMA incremental_vacuum(\(step))", isCancelled: isCancelled)
            let time = ContinuousClock.now - start
            let now = try query("PRAGMA freelist_count").first?.first?.integer ?? 0
            // Somebody else may use or free pages meanwhile; without progress there is no end.
            guard now < left else { return }
            result.pages += left - now
            left = now
            if time < Self.stepGoal / 2 {
                step = min(step * 2, Self.pagesPerStep.most)
            } else if time > Self.stepGoal {
                step = max(step / 2, Self.pagesPerStep.least)
            }
        }
    }
}
