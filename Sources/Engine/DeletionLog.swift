import Logging
import Retention

/// Logs what became of each item: deletions at info with item, size and reason, failures at warning; at warning, too, what
/// is left behind for somebody else to tidy up, whatever became of its item.
struct DeletionLog {
    let logger: Logger
    let task: String

    func write(_ block: ItemBlock, _ results: [ItemResult]) {
        let logsDeletions = logger.logLevel <= .info
        for (item, result) in zip(block.items, results) {
            if let leftBehind = result.leftBehind, result.outcome != .failed { logLeft(leftBehind, block, item) }
            switch result.outcome {
            case .deleted, .compressed, .updated:
                if logsDeletions { logSuccess(block, item, result) }
            case .failed:
                logFailure(block, item, result)
            case .gone, .changed, .inUse:
                logger.debug(
                    "Kept \(DisplayName.printable(block.path(of: item))): \(result.detail ?? "\(result.outcome)")",
                    metadata: ["action": "item_\(result.outcome)", "task": "\(task)"]
                )
            case .pending, .notTried:
                break
            }
        }
    }

    private func logSuccess(_ block: ItemBlock, _ item: Item, _ result: ItemResult) {
        let name = DisplayName.printable(block.path(of: item))
        let verb = result.outcome == .deleted ? "Deleted" : result.outcome == .compressed ? "Compressed" : "Updated"
        logger.info(
            "\(verb) \(name): \(Self.why(result, reason: block.reason(of: item)))",
            metadata: [
                "action": "item_\(result.outcome)", "task": "\(task)", "item": "\(name)",
                "bytes": "\(result.freedBytes)",
                "reason": "\(block.reason(of: item))",
            ]
        )
    }

    /// What is said beside the outcome follows the reason, unless it begins with that.
    static func why(_ result: ItemResult, reason: String) -> String {
        guard let detail = result.detail else { return reason }
        return detail.hasPrefix(reason) ? detail : "\(reason); \(detail)"
    }

    /// A failure names what is left behind in its own line.
    private func logLeft(_ leftBehind: String, _ block: ItemBlock, _ item: Item) {
        let name = DisplayName.printable(block.path(of: item))
        logger.warning(
            "\(LogWords.leftBehind(name, leftBehind))",
            metadata: ["action": "log_cleanup_error", "task": "\(task)", "item": "\(name)"]
        )
    }

    private func logFailure(_ block: ItemBlock, _ item: Item, _ result: ItemResult) {
        let name = DisplayName.printable(block.path(of: item))
        logger.warning(
            "\(LogWords.notDeleted(name, result.detail))",
            metadata: [
                "action": "log_cleanup_error", "task": "\(task)", "item": "\(name)",
                "error": "\(result.failure?.rawValue ?? "unknown")",
            ]
        )
    }
}
