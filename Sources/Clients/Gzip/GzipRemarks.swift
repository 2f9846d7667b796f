/// What is added, for a person, where an archive's directory could not be left as it should be.
enum GzipRemarks {
    /// The archive is durable. At worst a power cut brings the original back, beside it.
    static func notDurable(_ original: GzipName, errno: Int32) -> String {
        "\(original.quoted) is compressed and removed, but its removal is not durable: \(SystemError(errno).text)"
    }

    /// Something else has the original's name by now.
    static func taken(_ original: GzipName, keptAs place: GzipName) -> String {
        "\(original.quoted) is taken by now, so that the file is kept as \(place.quoted): look at both"
    }

    static func stays(_ archive: GzipName) -> String { "the verified archive \(archive.quoted) stays beside it" }

    /// An archive in the making.
    static func notRemoved(_ part: GzipName, errno: Int32) -> String {
        "\(part.quoted) could not be removed (\(SystemError(errno).text)): the next start does it"
    }
}
