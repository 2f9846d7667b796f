/// Finds how far to go from the oldest item on until enough items or bytes are reached, without remembering all items.
///
/// Neighbours in the order are counted together in cells that never overlap, so that sums are exact at the cells' ends.
/// A pass ends with the cell in which enough is reached; the next pass looks only at that one, until it is a single
/// item. Almost always two passes do; each pass narrows, whatever the order of the items.
struct Selection: Sendable {
    /// At most about this many cells, and as many items that wait for one.
    private static let capacity = 4096

    enum Result: Sendable {
        /// Another pass is needed.
        case undecided
        /// All items together are not more than enough.
        case all
        /// Enough is reached with this item.
        case upTo(Rank)
    }

    private struct Cell {
        var low: Rank
        var high: Rank
        var items: Int
        var bytes: Int64
    }

    /// Ascending, without overlaps.
    private var cells: [Cell] = []
    /// Items that lie in no cell yet.
    private var pending: [Cell] = []
    /// What this pass looks at; `nil` = everything.
    private var range: (low: Rank, high: Rank)?
    /// Sums of what lies before the range.
    private var itemsBefore = 0
    private var bytesBefore: Int64 = 0

    /// Takes note of an item; sizes below zero count as zero.
    mutating func observe(_ time: Instant, bytes: Int64, _ path: @autoclosure () -> [UInt8]) {
        if let range, time < range.low.time || time > range.high.time { return }
        let bytes = max(0, bytes)
        let next = firstCell { $0.low.time >= time }
        if next > 0, cells[next - 1].high.time > time {
            add(bytes, to: next - 1)
            return
        }
        let rank = Rank(time: time, path: path())
        if let range, rank < range.low || rank > range.high { return }
        let cell = firstCell { $0.low > rank } - 1
        if cell >= 0, rank <= cells[cell].high {
            add(bytes, to: cell)
        } else {
            pending.append(Cell(low: rank, high: rank, items: 1, bytes: bytes))
            if pending.count >= Self.capacity { flush() }
        }
    }

    /// Ends a pass. Enough is reached when one of the targets is; a target of `nil` never is.
    mutating func endPass(items itemTarget: Int?, bytes byteTarget: Int64?) -> Result {
        flush()
        for cell in cells {
            let items = itemsBefore + cell.items
            let bytes = bytesBefore.addingSaturated(cell.bytes)
            if itemTarget.map({ items >= $0 }) ?? false || byteTarget.map({ bytes >= $0 }) ?? false {
                if cell.low == cell.high { return .upTo(cell.low) }
                range = (cell.low, cell.high)
                cells = []
                return .undecided
            }
            (itemsBefore, bytesBefore) = (items, bytes)
        }
        return .all
    }

    // MARK: Cells

    @inline(__always)
    private mutating func add(_ bytes: Int64, to index: Int) {
        cells[index].items += 1
        cells[index].bytes = cells[index].bytes.addingSaturated(bytes)
    }

    @inline(__always)
    private func firstCell(where isBeyond: (Cell) -> Bool) -> Int {
        var (low, high) = (0, cells.count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(cells[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Gives the waiting items cells of their own, and then joins neighbours until there are few enough.
    private mutating func flush() {
        guard !pending.isEmpty else { return }
        var joined: [Cell] = []
        joined.reserveCapacity(cells.count + pending.count)
        var rest = cells[...]
        for item in pending.sorted(by: { $0.low < $1.low }) {
            while let next = rest.first, next.low < item.low { joined.append(rest.removeFirst()) }
            if let last = joined.indices.last, joined[last].high == item.low {
                Self.join(&joined[last], item)
            } else {
                joined.append(item)
            }
        }
        joined += rest
        pending = []
        cells = joined.count > Self.capacity ? Self.compacted(joined) : joined
    }

    /// Neighbours that together hold no more than their share; afterwards there are at most `capacity` cells.
    private static func compacted(_ cells: [Cell]) -> [Cell] {
        let share = max(2, 2 * cells.reduce(0) { $0 + $1.items } / capacity)
        var result: [Cell] = []
        for cell in cells {
            if let last = result.indices.last, result[last].items + cell.items <= share {
                join(&result[last], cell)
            } else {
                result.append(cell)
            }
        }
        return result
    }

    private static func join(_ cell: inout Cell, _ next: Cell) {
        cell.high = next.high
        cell.items += next.items
        cell.bytes = cell.bytes.addingSaturated(next.bytes)
    }
}
