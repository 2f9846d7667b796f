/// A group's name, compared byte by byte.
///
/// To `String`, texts that differ in Unicode normal form alone are equal. Two directories of such names are two groups,
/// and each keeps its own last items.
struct GroupName: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: GroupName, right: GroupName) -> Bool { left.text.isSameBytes(as: right.text) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// Whether both have the same bytes, which equal strings need not have.
    func isSameBytes(as other: String) -> Bool { self == other && utf8.elementsEqual(other.utf8) }
}
