import Engine
import Glibc
import Retention
import State
import Support
import Synchronization
import Testing

/// Stores each of whose items takes its time, as one that is copied before it goes.
@Suite struct SlowRemoverTests {
    private static let deleted = #"cleanup_items_deleted_total{task="things"}"#

    /// One worker and `count` items, of which four lie in a block.
    private static func bench(_ count: Int) throws -> EngineBench {
        let bench = try EngineBench((0..<count).map { EngineBench.old("f\($0)") }, workers: 1)
        bench.store.world.withLock { $0.goesOneByOne = true }
        return bench
    }

    @Test func eachItemIsCountedBeforeTheNextOneIsBegun() async throws {
        let bench = try Self.bench(4)
        let counted = Mutex<[Double?]>([])
        let registry = bench.registry
        bench.store.world.withLock {
            $0.onAsked = { _ in
                let sample = EngineBench.sample(Self.deleted, in: registry)
                counted.withLock { $0.append(sample) }
            }
        }
        #expect(try await bench.run(bench.task()).outcome == .success)
        #expect(counted.withLock { $0 } == [0, 1, 2, 3])
        #expect(bench.sample(Self.deleted) == 4)
    }

    /// Or where the copies of all others are would be lost with a process that dies.
    @Test func whatBecameOfAnItemIsInTheLedgerBeforeTheNextOneIsBegun() async throws {
        let bench = try Self.bench(6)
        let recorded = Mutex<[String]>([])
        let state = bench.state
        bench.store.world.withLock {
            $0.onAsked = { _ in
                let outcomes = Self.outcomes(in: state)
                recorded.withLock { $0.append(outcomes) }
            }
        }
        #expect(try await bench.run(bench.task()).outcome == .success)
        #expect(recorded.withLock { $0 } == ["", "dppp", "ddpp", "dddp", "dddd", "dddddp"])
        #expect(Self.outcomes(in: state) == "dddddd")
    }

    @Test func aBlockIsReadOnceWhileItsItemsComeOneAfterTheOther() async throws {
        let bench = try Self.bench(4)
        let readings = Mutex<[String]>([])
        let state = bench.state
        let longer = "UPDATE block SET bytes = CAST(bytes || x'00' AS BLOB)"
        let asBefore = "UPDATE block SET bytes = substr(bytes, 1, length(bytes) - 1)"
        bench.store.world.withLock {
            $0.onAsked = { asked in
                if asked == 1 || asked == 4 {
                    _ = Result { try bench.tamper(with: asked == 1 ? longer : asBefore) }
                } else {
                    let outcomes = Self.outcomes(in: state)
                    readings.withLock { $0.append(outcomes) }
                }
            }
        }
        let report = try await bench.run(bench.task())
        bench.store.world.withLock { $0.onAsked = nil }
        #expect(report.outcome == .success, "\(report.message ?? "")")
        // Who wants to read it meanwhile cannot.
        let read = readings.withLock { $0 }
        #expect(read.count == 2 && read.allSatisfy { $0.hasPrefix("A stored block of items is damaged") }, "\(read)")
        #expect(Self.outcomes(in: state) == "dddd")
    }

    /// Of the blocks of the last run of which something is recorded: d for deleted, p for pending.
    private static func outcomes(in state: SQLiteStateStore) -> String {
        do {
            guard let run = try state.runs(task: "things", before: nil, limit: 1).first else { return "no run" }
            let results = try state.blocks(of: run.record.id, from: 0, limit: 10).flatMap { $0.results ?? [] }
            return results.map { $0.outcome == .deleted ? "d" : $0.outcome == .pending ? "p" : "?" }.joined()
        } catch {
            return "\(error)"
        }
    }

    /// However old it is, and wherever it lies.
    @Test func anItemThatTakesLongerThanARunKeepsOnlyLargerOnesWaiting() async throws {
        let sizes: [(String, Int64)] = [("large", 1_000), ("a", 30), ("b", 10), ("larger", 2_000), ("c", 20), ("d", 5)]
        let things = sizes.enumerated().map { index, thing in
            EngineBench.old(thing.0, days: 100 - Int64(index), size: thing.1)
        }
        let bench = try EngineBench(things, workers: 1)
        let begun = Mutex<[String]>([])
        let cancellation = Cancellation()
        bench.store.world.withLock {
            $0.goesOneByOne = true
            $0.onBegin = { name in
                begun.withLock { $0.append(name) }
                if name == "large" { cancellation.cancel(.deadline) }
            }
        }
        let report = try await bench.run(bench.task(), cancellation: cancellation)
        #expect(report.outcome == .partial && report.failure == .timeout)
        #expect(begun.withLock { $0 } == ["d", "b", "c", "a", "large"])
        #expect(bench.store.names == ["large", "larger"])
        #expect(bench.sample(#"cleanup_overdue_items{task="things"}"#) == 2)
    }

    @Test func aHoldFileEndsTheRunBetweenTwoItemsOfABlock() async throws {
        let folder = try TemporaryFolder()
        let bench = try Self.bench(4)
        var task = try bench.task()
        task.pace.holdFile = folder.file("hold")
        bench.store.world.withLock {
            $0.onAsked = { asked in if asked == 2 { close(creat(folder.file("hold"), 0o600)) } }
        }
        let report = try await bench.run(task)
        #expect(report.outcome == .cancelled)
        #expect(report.counts.deleted == 2)
        #expect(bench.store.names.count == 2)
        #expect(bench.sample(#"cleanup_overdue_items{task="things"}"#) == 2)
    }

    @Test func aPlanOfWhichAPartIsGoneEndsTheRunInWords() async throws {
        let bench = try Self.bench(5)
        bench.store.world.withLock {
            $0.onAsked = { asked in
                guard asked == 1 else { return }
                _ = Result { try bench.tamper(with: "UPDATE block SET sequence = 9 WHERE sequence = 1") }
            }
        }
        let report = try await bench.run(bench.task())
        bench.store.world.withLock { $0.onAsked = nil }
        #expect(report.outcome == .failed)
        #expect(
            report.message?.replacing(report.id, with: "ID")
                == "The plan of run ID is not the one that was sealed any more: its block 1 is not there. Nothing more was "
                + "removed. Look who writes to the state besides cleanupd."
        )
        #expect(bench.store.names == ["f4"])
    }

    @Test func aStoreThatHasSeenANewerHolderIsAskedForNoOtherItem() async throws {
        let bench = try Self.bench(5)
        bench.store.world.withLock { $0.isFenced = true }
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .failed && report.fencedBy == .connection)
        #expect(report.message == "a newer holder has been here")
        #expect(bench.store.world.withLock { $0.asked } == 1)
    }
}
