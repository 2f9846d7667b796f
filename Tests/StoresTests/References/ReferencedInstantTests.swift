import Retention
import Stores
import Synchronization
import Testing

/// What references are asked as of.
@Suite("References: instants")
struct ReferencedInstantTests {
    private static let planned = Instant(seconds: 1_700_000_000)

    /// Names `a`, and tells the instants as of which it is asked.
    private static func reference(_ tell: @escaping @Sendable (Instant) -> Void) -> Reference {
        Reference(
            id: "r",
            label: "main",
            namesAsOf: { now, _, name in
                tell(now)
                try name("a")
            }
        )
    }

    private static func openBothSides(of store: some MutableStore) throws {
        _ = try store.openSource(asOf: planned).scan(workers: 1, isCancelled: { false }) { _ in }
        _ = try store.openRemover(run: "r", asOf: planned, fence: nil, isCancelled: { false })
    }

    @Test(arguments: [true, false])
    func referencesAreAskedAsOfThePlanBothTimes(isOrphan: Bool) throws {
        let world = try ReferencesWorld(["a", "b"])
        let asked = Mutex<[Instant]>([])
        let reference = Self.reference { now in asked.withLock { $0.append(now) } }
        try Self.openBothSides(of: world.store([reference], isOrphan: isOrphan))
        #expect(asked.withLock { $0 } == [Self.planned, Self.planned])
        #expect(try world.left == ["a", "b"])
    }

    @Test func listsAreAskedAsOfThePlanBothTimesAlsoBeneathReferences() throws {
        let world = try ReferencesWorld(["a", "b"])
        let asked = Mutex<[Instant]>([])
        let reference = Self.reference { now in asked.withLock { $0.append(now) } }
        let files = FilesStore(rootPath: world.root, specification: FilesSpecification())
        let listed = ListedStore(base: files, lists: [reference], root: world.root, aliases: [])
        let store = ReferencedStore(
            base: listed,
            references: [reference],
            root: world.root,
            rules: ReferenceRules(isOrphan: false),
            makeSpool: { MemorySpool() }
        )
        try Self.openBothSides(of: store)
        #expect(asked.withLock { $0 } == Array(repeating: Self.planned, count: 4))
        #expect(try world.left == ["a", "b"])
    }
}
