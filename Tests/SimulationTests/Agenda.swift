/// Something that will happen at an instant of true time.
final class Happening {
    /// Whose it is: it waits while that process is stopped, and is forgotten when the process has died.
    let owner: Replica?
    let life: Int
    let body: () -> Void

    init(owner: Replica?, body: @escaping () -> Void) {
        self.owner = owner
        life = owner?.life ?? 0
        self.body = body
    }
}

/// What will happen, earliest first; of equal instants, what was put in first.
struct Agenda {
    private struct Entry {
        var at: Int64
        var number: Int
        var happening: Happening

        func isBefore(_ other: Entry) -> Bool { at != other.at ? at < other.at : number < other.number }
    }

    private var entries: [Entry] = []
    private var count = 0

    mutating func insert(_ happening: Happening, at instant: Int64) {
        count += 1
        let entry = Entry(at: instant, number: count, happening: happening)
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry.isBefore(entries[parent]) else { break }
            entries[child] = entries[parent]
            child = parent
        }
        entries[child] = entry
    }

    mutating func next() -> (at: Int64, happening: Happening)? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        let end = entries.count
        guard end > 0 else { return (first.at, first.happening) }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < end else { break }
            if child + 1 < end, entries[child + 1].isBefore(entries[child]) { child += 1 }
            guard entries[child].isBefore(last) else { break }
            entries[parent] = entries[child]
            parent = child
        }
        entries[parent] = last
        return (first.at, first.happening)
    }
}
