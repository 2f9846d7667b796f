/// Tells files that gzip would hardly make smaller: they are packed already.
package enum PackedForm {
    /// How many first bytes tell.
    package static let beginning = 6

    /// By its name, whatever the case of its letters, or by its first bytes.
    package static func isPacked(name: [UInt8], beginning: [UInt8]) -> Bool {
        if marks.contains(where: { beginning.starts(with: $0) }) { return true }
        return endings.contains { ending in
            let length = ending.utf8.count
            return name.count > length && name.suffix(length).map(lowered).elementsEqual(ending.utf8)
        }
    }

    /// gzip, Zstandard, xz, bzip2, ZIP, 7-Zip, LZ4.
    private static let marks: [[UInt8]] = [
        [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], Array("BZh".utf8),
        [0x50, 0x4B, 0x03, 0x04], [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], [0x04, 0x22, 0x4D, 0x18],
    ]

    private static let endings = [
        ".gz", ".tgz", ".zst", ".tzst", ".xz", ".txz", ".bz2", ".tbz2", ".zip", ".7z", ".lz4", ".lzma", ".br", ".rar",
        ".jpg", ".jpeg", ".png", ".webp", ".mp3", ".mp4", ".mkv", ".webm",
    ]

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
