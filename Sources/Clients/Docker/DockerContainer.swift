/// A container, as an inspection shows it (`GET /containers/{id}/json` of the Docker Engine API).
package struct DockerContainer: Sendable, Equatable {
    /// 64 hexadecimal digits.
    package var id: String
    /// Without the slash that the engine puts before them. The first one is the container's own.
    package var names: [String]
    /// As it was named when the container was made.
    package var image: String
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`. Never one of an ended container while
    /// any flag of the engine says that it runs.
    package var state: String
    /// Nanoseconds since 1970.
    package var created: Int64
    /// Nanoseconds since 1970, of the last start; `nil` = never started.
    package var started: Int64?
    /// Nanoseconds since 1970, of the last end; `nil` = it never ended, or the engine does not say when.
    package var finished: Int64?
    /// What was written on it when it was made.
    package var labels: [String: String]
    /// Bytes of its writable layer, which its removal gives back; `nil` = not asked for, or the engine does not tell.
    package var writableBytes: Int64?

    package init(
        id: String,
        names: [String],
        image: String,
        state: String,
        created: Int64,
        started: Int64? = nil,
        finished: Int64? = nil,
        labels: [String: String] = [:],
        writableBytes: Int64? = nil
    ) {
        self.id = id
        self.names = names
        self.image = image
        self.state = state
        self.created = created
        self.started = started
        self.finished = finished
        self.labels = labels
        self.writableBytes = writableBytes
    }
}
