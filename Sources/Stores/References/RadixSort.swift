/// Sorts where the numbers lie, without memory beside them: the library's sort would take half as much again.
enum RadixSort {
    /// Fewer are sorted by insertion.
    private static let few = 32

    /// Ascending. By the highest byte first; equally distributed numbers, as hashes are, take three or four rounds.
    static func sort(_ numbers: UnsafeMutableBufferPointer<UInt64>) {
        sort(numbers[...], shift: 56)
    }

    private static func sort(_ numbers: Slice<UnsafeMutableBufferPointer<UInt64>>, shift: UInt64) {
        let numbers = UnsafeMutableBufferPointer(rebasing: numbers)
        guard numbers.count > few else {
            insert(numbers)
            return
        }
        let ends = partition(numbers, shift)
        guard shift > 0 else { return }
        var start = 0
        for end in ends {
            if end - start > 1 { sort(numbers[start..<end], shift: shift - 8) }
            start = end
        }
    }

    /// Brings numbers of one byte together, in the order of the bytes (American flag sort: McIlroy, Bostic, McIlroy,
    /// "Engineering Radix Sort", 1993).
    /// - Returns: where those of each byte end.
    private static func partition(_ numbers: UnsafeMutableBufferPointer<UInt64>, _ shift: UInt64) -> [Int] {
        var ends = [Int](repeating: 0, count: 256)
        for number in numbers { ends[byte(number, shift)] += 1 }
        var next = [Int](repeating: 0, count: 256)
        for index in 1..<256 {
            next[index] = ends[index - 1]
            ends[index] += ends[index - 1]
        }
        for own in 0..<256 {
            while next[own] < ends[own] {
                let place = next[own]
                let other = byte(numbers[place], shift)
                if other != own { numbers.swapAt(place, next[other]) }
                next[other] += 1
            }
        }
        return ends
    }

    private static func byte(_ number: UInt64, _ shift: UInt64) -> Int {
        Int(truncatingIfNeeded: number >> shift) & 0xFF
    }

    private static func insert(_ numbers: UnsafeMutableBufferPointer<UInt64>) {
        for end in numbers.indices.dropFirst() {
            let number = numbers[end]
            var place = end
            while place > 0, numbers[place - 1] > number {
                numbers[place] = numbers[place - 1]
                place -= 1
            }
            numbers[place] = number
        }
    }
}
