/// Every metric family of the program, as values: what is not here is not on `/metrics`.
///
/// Names, labels and meanings follow the metrics contract; the table of docs/metrics.md is made from them.
public enum Catalogue {
    /// All families with a fixed name, in the order of the documentation.
    public static let all: [Family] =
        cycleFamilies + taskFamilies + itemFamilies + guardFamilies + compressionFamilies + databaseFamilies
        + backendFamilies + leaderFamilies + coordinationFamilies
        + serviceFamilies + scrapeFamilies + processFamilies

    /// The users' own counter of one resource: `cleanup_<resource>_deleted_total`.
    ///
    /// - Parameter resource: as in the configuration, which refuses names that are illegal here, and `items`, whose
    ///   counter is another one.
    package static func resourceDeleted(_ resource: String) -> Family {
        Family(
            "cleanup_\(resource)_deleted_total",
            .counter,
            help: "Items of the resource \(resource) that were removed for good, or set to their final state."
        )
    }

    /// Bounds in seconds for cycles and tasks.
    static let runBuckets: [Double] = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]

    /// Bounds in seconds for requests.
    static let requestBuckets: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
}
