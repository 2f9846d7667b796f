import Glibc
import Synchronization

/// The standard `process_*` set, read from `/proc` at each scrape.
///
/// A source that cannot be read leaves its series at their last values and is counted as a gather error.
package struct ProcessMetrics: Sendable {
    private let cpu: Counter
    private let openFDs: Gauge
    private let maxFDs: Gauge
    private let virtualMemory: Gauge
    private let residentMemory: Gauge
    private let startTime: Gauge
    private let procfs: String

    /// Registers the set, reads it once, and has it read again by each scrape.
    ///
    /// - Parameters:
    ///   - procfs: where the proc file system is mounted; with `self` and `stat` in it.
    /// - Throws: when one of the names is taken.
    package static func install(in registry: Registry, procfs: String = "/proc") throws(RegistryError) {
        let metrics = try ProcessMetrics(registry, procfs: procfs)
        registry.addCollector { try metrics.collect() }
    }

    private init(_ registry: Registry, procfs: String) throws(RegistryError) {
        cpu = try registry.counter(Catalogue.processCPU)
        openFDs = try registry.gauge(Catalogue.processOpenFDs)
        maxFDs = try registry.gauge(Catalogue.processMaxFDs)
        virtualMemory = try registry.gauge(Catalogue.processVirtualMemory)
        residentMemory = try registry.gauge(Catalogue.processResidentMemory)
        startTime = try registry.gauge(Catalogue.processStartTime)
        self.procfs = procfs
    }

    /// Reads every source, also after one has failed.
    ///
    /// - Throws: the first failure.
    private func collect() throws(RegistryError) {
        var first: RegistryError?
        for source in [readStat, readLimits, readDescriptors] {
            do {
                try source()
            } catch {
                first = first ?? error
            }
        }
        if let first { throw first }
    }

    private func readStat() throws(RegistryError) {
        let stat = try ProcessStat(ProcFile.read("\(procfs)/self/stat"))
        let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
        cpu.raise(to: Double(stat.cpuTicks) / ticksPerSecond)
        virtualMemory.set(Double(stat.virtualBytes))
        residentMemory.set(Double(stat.residentPages) * Double(sysconf(Int32(_SC_PAGESIZE))))
        // The start does not change, and /proc/stat is long on a machine of many processors: read it once.
        if startTime.value == 0 {
            let bootTime = try ProcFile.number(after: "btime", in: ProcFile.read("\(procfs)/stat"))
            startTime.set(Double(bootTime) + Double(stat.startTicks) / ticksPerSecond)
        }
    }

    private func readLimits() throws(RegistryError) {
        let limits = try ProcFile.read("\(procfs)/self/limits")
        // "unlimited" is no number; Go's client reports the greatest one then.
        if let line = limits.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") }),
            line.dropFirst("Max open files".count).split(separator: " ").first == "unlimited"
        {
            maxFDs.set(Double(UInt64.max))
        } else {
            maxFDs.set(Double(try ProcFile.number(after: "Max open files", in: limits)))
        }
    }

    private func readDescriptors() throws(RegistryError) {
        openFDs.set(Double(try ProcFile.countEntries("\(procfs)/self/fd")))
    }
}
