import Engine
import Retention

/// Shows the items of a plan or run on standard output: JSON, one object a line, or a table for people.
///
/// Listed are items to remove or compress and items that a `keep` rule holds; young ones only with `--all`. A run over
/// a million items is listed, too, so a block is written as bytes and handed over as one piece.
struct Listing: RunObserver {
    enum Format {
        case json, table
    }

    let output: StandardOutput
    let format: Format
    /// Young and deferred items, too.
    let listsAll: Bool
    /// A real run: items that go are shown with their outcome, after the fact.
    let acts: Bool
    /// By what people know the items of a task.
    let itemNames: [String: TaskDefinition.ItemName]

    func planned(_ block: ItemBlock, task: String) {
        var lines = lines(of: block, task)
        for item in block.items where isListed(item.verdict) { lines.append(item, nil) }
        output.write(lines.bytes)
    }

    func acted(_ block: ItemBlock, results: [ItemResult], task: String) {
        var lines = lines(of: block, task)
        for (item, result) in zip(block.items, results) { lines.append(item, result) }
        output.write(lines.bytes)
    }

    private func lines(of block: ItemBlock, _ task: String) -> ItemLines {
        ItemLines(block: block, task: task, format: format, itemName: itemNames[task])
    }

    private func isListed(_ verdict: Verdict) -> Bool {
        switch verdict {
        case .remove, .compress: !acts
        case .keep: true
        case .young, .deferred, .undecided: listsAll
        }
    }
}

extension Program {
    /// By task, where people know its items by other names than their identities.
    var itemNames: [String: TaskDefinition.ItemName] {
        tasks.reduce(into: [:]) { $0[$1.name] = $1.itemName }
    }
}

extension Verdict {
    /// As JSON and tables show it; an item that stays for whatever reason is kept.
    var word: String {
        switch self {
        case .remove: "remove"
        case .compress: "compress"
        case .keep, .young, .deferred, .undecided: "keep"
        }
    }
}

extension ItemOutcome {
    /// The words of the contract. What is pending was not tried once its run has ended; before, nothing is known of it.
    var word: String {
        switch self {
        case .pending, .notTried: "not_tried"
        case .inUse: "in_use"
        case .deleted, .compressed, .updated, .gone, .changed, .failed: "\(self)"
        }
    }
}
