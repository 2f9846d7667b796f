import Foundation
import Telemetry
import Testing

@Suite struct ProcessMetricsTests {
    private static let errors = "cleanup_metrics_gather_errors_total{cause=\"gathering\"}"

    /// Writes a proc file system of one process with an awkward name.
    private func writeProcfs(_ root: URL, ticks: Int, openFiles: String = "1024") throws {
        let own = root.appendingPathComponent("self")
        let descriptors = own.appendingPathComponent("fd")
        try FileManager.default.createDirectory(at: descriptors, withIntermediateDirectories: true)
        for number in 0..<5 { try Data().write(to: descriptors.appendingPathComponent("\(number)")) }
        let stat = """
            42 (a) b (c d) S 1 42 42 0 -1 4194560 100 0 0 0 \(ticks) 50 7 8 20 0 4 0 3000 104857600 2560 18446744073709551615 1
            """
        try Data((stat + "\n").utf8).write(to: own.appendingPathComponent("stat"))
        let limits = """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             100                  200                  processes
            Max open files            \(openFiles)                 1048576              files
            """
        try Data((limits + "\n").utf8).write(to: own.appendingPathComponent("limits"))
        let boot = "cpu  1 2 3\nbtime 1700000000\nprocesses 5\n"
        try Data(boot.utf8).write(to: root.appendingPathComponent("stat"))
    }

    @Test func readsEveryFieldOfItsPlace() throws {
        try Tool.withTemporaryDirectory { root in
            try writeProcfs(root, ticks: 250)
            let registry = Registry()
            try ProcessMetrics.install(in: registry, procfs: root.path)
            let samples = Samples(registry)
            #expect(samples["process_cpu_seconds_total"] == "3")
            #expect(samples["process_virtual_memory_bytes"] == "1.048576e+08")
            #expect(samples.number("process_resident_memory_bytes") == 2560 * Double(sysconf(Int32(_SC_PAGESIZE))))
            #expect(samples.number("process_start_time_seconds") == 1_700_000_030)
            #expect(samples["process_max_fds"] == "1024")
            #expect(samples["process_open_fds"] == "4")
            #expect(samples[Self.errors] == "0")
        }
    }

    @Test func unlimitedFilesAreTheGreatestNumber() throws {
        try Tool.withTemporaryDirectory { root in
            try writeProcfs(root, ticks: 1, openFiles: "unlimited")
            let registry = Registry()
            try ProcessMetrics.install(in: registry, procfs: root.path)
            #expect(Samples(registry).number("process_max_fds") == 0x1p64)
        }
    }

    @Test func unreadableSourceIsCountedAndKeepsTheLastValue() throws {
        try Tool.withTemporaryDirectory { root in
            try writeProcfs(root, ticks: 250)
            let registry = Registry()
            try ProcessMetrics.install(in: registry, procfs: root.path)
            #expect(Samples(registry)["process_cpu_seconds_total"] == "3")
            try Data("42 (short) S 1\n".utf8).write(to: root.appendingPathComponent("self/stat"))
            let second = Samples(registry)
            #expect(second["process_cpu_seconds_total"] == "3")
            #expect(second["process_open_fds"] == "4")
            #expect(second[Self.errors] == "1")
            try writeProcfs(root, ticks: 350)
            let third = Samples(registry)
            #expect(third["process_cpu_seconds_total"] == "4")
            #expect(third[Self.errors] == "1")
        }
    }

    @Test func missingProcfsLeavesZerosAndOneErrorAScrape() throws {
        let registry = Registry()
        try ProcessMetrics.install(in: registry, procfs: "/nonexistent")
        _ = registry.render(.text)
        let samples = Samples(registry)
        #expect(samples["process_open_fds"] == "0")
        #expect(samples[Self.errors] == "2")
    }

    @Test func realProcessHasPlausibleValues() throws {
        let registry = Registry()
        try ProcessMetrics.install(in: registry)
        let samples = Samples(registry)
        #expect(samples[Self.errors] == "0")
        #expect(try #require(samples.number("process_open_fds")) >= 3)
        #expect(try #require(samples.number("process_max_fds")) >= 3)
        #expect(try #require(samples.number("process_resident_memory_bytes")) > 1_000_000)
        #expect(try #require(samples.number("process_start_time_seconds")) > 1_600_000_000)
    }
}
