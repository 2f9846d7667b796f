/// What an engine says of itself (`GET /version` of the Docker Engine API).
package struct DockerVersion: Sendable, Equatable {
    /// The engine's, such as `20.10.24`.
    package var engine: String
    /// The newest version of the interface that it speaks.
    package var newest: DockerAPIVersion
    /// The oldest version of the interface that it speaks.
    package var oldest: DockerAPIVersion

    package init(engine: String, newest: DockerAPIVersion, oldest: DockerAPIVersion) {
        self.engine = engine
        self.newest = newest
        self.oldest = oldest
    }

    /// The version to speak with it: 1.41, or the nearest to it that the engine has. What is asked for is the same in all
    /// of them.
    /// - Returns: `nil` if even its newest one is older than 1.24.
    package var spoken: DockerAPIVersion? {
        newest < .floor ? nil : max(min(.preferred, newest), oldest)
    }
}

/// A version of the Docker Engine API.
package struct DockerAPIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Engines from 2016 on (Docker 1.12): before it, an inspection says less.
    static let floor = DockerAPIVersion(major: 1, minor: 24)
    /// Of Docker 20.10.
    static let preferred = DockerAPIVersion(major: 1, minor: 41)

    let major: Int
    let minor: Int

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// `1.41`; `nil` for everything else.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = UInt16(parts[0]), let minor = UInt16(parts[1]) else { return nil }
        self.init(major: Int(major), minor: Int(minor))
    }

    package static func < (left: DockerAPIVersion, right: DockerAPIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// As the engine writes it.
    package var description: String { "\(major).\(minor)" }
}
