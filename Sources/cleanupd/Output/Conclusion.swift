import ArgumentParser
import Engine

extension CycleReport {
    /// Ends a command by what became of its runs.
    ///
    /// What else went wrong, with the listing or the metrics, decides only where they did well, and is said in any case.
    func conclude(_ others: Result<Void, any Error>...) throws {
        guard exitCode != .success else {
            for other in others { try other.get() }
            return
        }
        for case .failure(let error) in others { StandardError.write("cleanupd: \(error)\n") }
        throw exitCode
    }
}
