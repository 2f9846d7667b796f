/// A container, as a listing shows it (`GET /containers/json` of the Docker Engine API): what decides whether a look at
/// the container itself is worth it.
package struct DockerSummary: Sendable, Equatable {
    /// 64 hexadecimal digits.
    package var id: String
    /// Without the slash that the engine puts before them; more than one where other containers link to it.
    package var names: [String]
    /// As it was named when the container was made.
    package var image: String
    /// As of an inspection.
    package var state: String
    /// Nanoseconds since 1970, in whole seconds.
    package var created: Int64
    /// What was written on it when it was made.
    package var labels: [String: String]

    package init(
        id: String,
        names: [String],
        image: String,
        state: String,
        created: Int64,
        labels: [String: String]
    ) {
        self.id = id
        self.names = names
        self.image = image
        self.state = state
        self.created = created
        self.labels = labels
    }
}
