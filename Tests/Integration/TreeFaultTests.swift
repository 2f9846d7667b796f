import Foundation
import Support
import Testing

/// F14: the real program, and trees that are larger, deeper or more stubborn than usual.
@Suite(.tags(.f14), .timeLimit(.minutes(Scale.minutes(10))))
struct TreeFaultTests {
    /// A process of which the sanitizer notes each byte several times has many times the memory.
    private static let mostBytes = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil ? 256 << 20 : 4 << 30

    @Test func aTreeOfAnySizeIsCleanedWithFewDescriptorsAndLittleMemory() async throws {
        let count = Scale.rounds(100_000, nightly: 1_000_000)
        let young = (0..<count).filter { TreeWorld.isYoung($0) }
        let old = count - young.count
        try await TreeWorld.with { world in
            try await onThread { try world.makeFiles(count) }
            let plan = try await world.measured(["plan", "files", "--json"], descriptors: 63)
            #expect(plan.result.code == 0, "\(plan.result.errorText)")
            let planned = try TreeWorld.summary(of: "files", in: plan.result)
            #expect(planned.examined == count && planned.remove == old && planned.keep == young.count)
            #expect(plan.peakBytes < Self.mostBytes)
            let arguments = ["run", "files", "--force", "--json", "--metrics-file", world.metricsFile.path]
            let run = try await world.measured(arguments, descriptors: 63)
            #expect(run.result.code == 0, "\(run.result.errorText)")
            let done = try TreeWorld.summary(of: "files", in: run.result)
            #expect(done.examined == count && done.deleted == old && done.failed == 0 && done.outcome == "success")
            #expect(run.peakBytes < Self.mostBytes)
            let metrics = try await world.metrics()
            #expect(metrics.sum("cleanup_items_deleted_total", task: "files") == Double(old))
            #expect(metrics.sum("cleanup_item_failures_total", task: "files") == 0)
            let expected = Set(young.map { "\(TreeWorld.place($0).directory)/\(TreeWorld.place($0).name)" })
            let wrong = try world.files().symmetricDifference(expected)
            #expect(wrong.isEmpty, "lost, or left behind: \(wrong.count), as \(wrong.sorted().prefix(10))")
        }
    }

    @Test func whatMayNotBeChangedStaysWithTheReasonAndAllElseGoes() async throws {
        let stubborn: Set = ["fixed", "growing", "closed/file"]
        try await TreeWorld.with { world in
            let top = try OpenDirectory(world.data.path)
            for name in ["fixed", "growing"] + (1...50).map({ "old\($0)" }) { try top.makeFile(name, isOld: true) }
            for number in 1...10 { try top.makeFile("young\(number)", isOld: false) }
            try top.makeDirectory("closed").makeFile("file", isOld: true)
            let attributes = [("i", "fixed"), ("a", "growing"), ("i", "closed")]
            for (letter, name) in attributes { try await Self.chattr("+" + letter, name, world) }
            let arguments = ["run", "files", "--force", "--json", "--metrics-file", world.metricsFile.path]
            let run = try await world.cleanupd.run(arguments)
            for (letter, name) in attributes { try await Self.chattr("-" + letter, name, world) }
            #expect(run.code == 3, "\(run.errorText)")
            let lines = try ReportLine.parse(run.output)
            let summary = try lines.summary(of: "files")
            #expect(summary.outcome == "partial" && summary.deleted == 50 && summary.failed == 3)
            #expect(Set(lines.filter { $0.outcome == "failed" }.compactMap(\.item)) == stubborn)
            for name in ["fixed", "growing"] {
                #expect(run.text.contains("Cannot remove \(name): Operation not permitted."), "\(run.text)")
            }
            #expect(run.text.components(separatedBy: "or is immutable: run as its owner, or chattr -i.").count == 4)
            let metrics = try await world.metrics()
            #expect(metrics[#"cleanup_item_failures_total{reason="permission",task="files"}"#] == 3)
            #expect(metrics[#"cleanup_items_deleted_total{task="files"}"#] == 50)
            let young = Set((1...10).map { "young\($0)" })
            #expect(try Set(Manifest(of: world.data).entries.keys) == young.union(stubborn).union(["closed"]))
            // Nothing keeps them any more.
            let last = try await world.cleanupd.run("run", "files", "--force", "--json")
            #expect(last.code == 0, "\(last.errorText)")
            #expect(try Set(Manifest(of: world.data).entries.keys) == young.union(["closed"]))
        }
    }

    private static func chattr(_ attribute: String, _ name: String, _ world: TreeWorld) async throws {
        try await Command.run("/usr/bin/chattr", [attribute, world.data.appending(path: name).path]).check()
    }

    /// The deepest file that is removed lies at the end of 5,600 bytes of path, which are more than PATH_MAX.
    @Test func fourThousandDirectoriesInOneAnotherAreCleanedAsDeepAsTheyAreEntered() async throws {
        try await TreeWorld.with { world in
            try await onThread { try world.makeChain(4_000) }
            // As an item the whole of it must be looked at, which is not possible: it stays.
            let whole = try await world.cleanupd.run("run", "folders", "--force", "--json")
            #expect(whole.code == 3, "\(whole.errorText)")
            #expect(try ReportLine.parse(whole.output).summary(of: "folders").deleted == 0)
            #expect(try world.levels(with: "old") == Array(1...4_000))
            let run = try await world.cleanupd.run("run", "files", "--force", "--json")
            #expect(run.code == 3, "\(run.errorText)")
            let summary = try ReportLine.parse(run.output).summary(of: "files")
            #expect(summary.outcome == "partial" && summary.failed == 0)
            #expect(summary.deleted == 512 && summary.keep == 512 && summary.examined == 1_024)
            #expect(run.text.contains("lies deeper than 512 directories and was not entered"), "\(run.errorText)")
            #expect(try world.levels(with: "old") == Array(513...4_000))
            #expect(try world.levels(with: "young") == Array(1...4_000))
        }
    }
}
