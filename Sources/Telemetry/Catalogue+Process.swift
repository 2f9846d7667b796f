/// The scrape itself, and the process as the operating system sees it.
extension Catalogue {
    /// Set at the end of each scrape.
    package static let metricsGatherDuration = Family(
        "cleanup_metrics_gather_duration_seconds",
        .gauge,
        unit: "seconds",
        help: "Time that it took to build the exposition before this one."
    )
    /// Moves when a collector fails (`gathering`) or the body cannot be encoded (`encoding`).
    package static let metricsGatherErrors = Family(
        "cleanup_metrics_gather_errors_total",
        .counter,
        help: "Failures to build an exposition in full, by cause.",
        labels: ["cause"]
    )
    /// Moves when a label set goes to the overflow series, or a library's metric cannot be shown.
    package static let metricsDroppedSeries = Family(
        "cleanup_metrics_dropped_series_total",
        .counter,
        help: "Requests for a series that was not shown by itself because of the limits on series."
    )
    /// Moves when a negative or not finite value is ignored.
    package static let metricsDroppedValues = Family(
        "cleanup_metrics_dropped_values_total",
        .counter,
        help: "Values that were ignored because they would have spoilt a counter or histogram."
    )
    /// Read from `/proc/self/stat` at each scrape, as are the memory sizes.
    package static let processCPU = Family(
        "process_cpu_seconds_total",
        .counter,
        unit: "seconds",
        help: "Total user and system CPU time spent in seconds."
    )
    /// Counted in `/proc/self/fd` at each scrape.
    package static let processOpenFDs = Family(
        "process_open_fds",
        .gauge,
        help: "Number of open file descriptors."
    )
    /// Read from `/proc/self/limits` at each scrape; 2^64 if there is no limit.
    package static let processMaxFDs = Family(
        "process_max_fds",
        .gauge,
        help: "Maximum number of open file descriptors."
    )
    /// Read with ``processCPU``.
    package static let processVirtualMemory = Family(
        "process_virtual_memory_bytes",
        .gauge,
        unit: "bytes",
        help: "Virtual memory size in bytes."
    )
    /// Read with ``processCPU``.
    package static let processResidentMemory = Family(
        "process_resident_memory_bytes",
        .gauge,
        unit: "bytes",
        help: "Resident memory size in bytes."
    )
    /// Read once: it does not change.
    package static let processStartTime = Family(
        "process_start_time_seconds",
        .gauge,
        unit: "seconds",
        help: "Start time of the process since the Unix epoch in seconds."
    )

    /// Set at the start; `part` is landlock (files), seccomp (system calls) or capabilities.
    package static let containment = Family(
        "cleanup_containment",
        .gauge,
        help: "1 for each part of the containment by the kernel that is in force, 0 for each that is not.",
        labels: ["part"]
    )

    static let scrapeFamilies = [
        metricsGatherDuration, metricsGatherErrors, metricsDroppedSeries, metricsDroppedValues,
    ]

    static let processFamilies = [
        processCPU, processOpenFDs, processMaxFDs, processVirtualMemory, processResidentMemory, processStartTime,
        containment,
    ]
}
