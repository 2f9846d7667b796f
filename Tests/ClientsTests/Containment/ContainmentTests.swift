import Clients
import Foundation
import Support
import Testing

/// What is told of a contained process: what it lacks, and what came too late.
@Suite struct ContainmentTests {
    private static func place(_ path: String, _ rights: FileRights) -> AllowedPlace {
        AllowedPlace(path, rights, for: "task logs")
    }

    /// What lies at a path, as long as nobody puts something else there.
    private static func found(_ path: String) -> PlaceIdentity {
        PlaceIdentity(device: 1, inode: UInt64(path.count), mount: 3)
    }

    private static func contained(_ places: [(String, FileRights, isThere: Bool)]) -> Containment {
        Containment(
            landlock: 7,
            places: places.map { path, rights, isThere in
                .init(place(path, rights), isThere ? found(path) : nil)
            }
        )
    }

    @Test func nothingIsLackingOfWhatWasAskedForAtTheStart() {
        let containment = Self.contained([("/data", .clean, true), ("/later", .clean, false)])
        let wanted = [Self.place("/data", .clean), Self.place("/later", .clean), Self.place("/data", .removeFile)]
        #expect(containment.lacking(wanted, resolve: { $0 }, look: Self.found).isEmpty)
    }

    @Test func whatNobodyAskedForIsLacking() {
        let containment = Self.contained([("/data", .clean, true)])
        let wanted = [Self.place("/data", .keepFiles), Self.place("/other", .clean), Self.place("/data2", .clean)]
        let lacking = containment.lacking(wanted, resolve: { $0 }, look: Self.found)
        #expect(lacking.map(\.path) == ["/data", "/data2", "/other"])
    }

    @Test func whatLiesBeneathAnotherPlaceIsNotLacking() {
        let containment = Self.contained([("/data", .clean, true), ("/state", .keepFiles, false)])
        func lacks(
            _ path: String,
            _ rights: FileRights = .clean,
            resolve: (String) -> String? = { $0 },
            look: (String) -> PlaceIdentity? = Self.found
        ) -> Bool {
            !containment.lacking([Self.place(path, rights)], resolve: resolve, look: look).isEmpty
        }
        #expect(!lacks("/data/logs"))
        #expect(lacks("/data/logs", .keepFiles))
        // A symlink leads out of it; what is not there leads nowhere; a place that was not there allows nothing.
        #expect(lacks("/data/logs", resolve: { $0 == "/data/logs" ? "/other" : $0 }))
        #expect(lacks("/data/logs", resolve: { $0 == "/data/logs" ? nil : $0 }))
        #expect(lacks("/state/x", .removeFile))
        // What was put in the place of one that was there has no rights.
        #expect(lacks("/data/logs", look: { _ in PlaceIdentity(device: 1, inode: 99, mount: 3) }))
    }

    @Test func withoutLandlockNothingIsLackingAndNothingIsRefused() {
        let lacking = Containment.none.lacking([Self.place("/data", .clean)], resolve: { $0 }, look: Self.found)
        #expect(lacking.isEmpty)
        let found = PlaceIdentity(device: 1, inode: 2, mount: 3)
        #expect(Containment.none.refusal(at: "/data", found: found) == nil)
        #expect(Containment.none.missing.isEmpty)
    }

    @Test func aPlaceThatIsAnotherThanAtTheStartIsRefusedWithWhatToDo() throws {
        let containment = Self.contained([("/data", .clean, true), ("/later", .clean, false)])
        let same = PlaceIdentity(device: 1, inode: 5, mount: 3)
        #expect(containment.refusal(at: "/data", found: same) == nil)
        #expect(containment.refusal(at: "/data", found: nil) == nil)
        #expect(containment.refusal(at: "/elsewhere", found: same) == nil)
        for other in [
            PlaceIdentity(device: 1, inode: 6, mount: 3), PlaceIdentity(device: 2, inode: 5, mount: 3),
            PlaceIdentity(device: 1, inode: 5, mount: 4),
        ] {
            let reason = try #require(containment.refusal(at: "/data", found: other))
            #expect(reason.contains("/data was another directory") && reason.contains("Restart"))
        }
        let late = try #require(containment.refusal(at: "/later", found: same))
        #expect(late.contains("/later was not there"))
        #expect(containment.missing.map(\.path) == ["/later"])
    }

    @Test func aPlaceInsideAnotherMayBeReplaced() throws {
        let folder = try TemporaryFolder()
        let around = try #require(PlaceIdentity(path: folder.path))
        let inner = AllowedPlace(folder.file("data"), .clean, for: "task logs")
        let other = PlaceIdentity(device: 1, inode: 1, mount: 1)
        func containment(_ rights: FileRights) -> Containment {
            Containment(landlock: 7, places: [.init(Self.place(folder.path, rights), around), .init(inner, nil)])
        }
        #expect(containment(.clean).refusal(at: inner.path, found: other) == nil)
        #expect(containment(.removeFile).refusal(at: inner.path, found: other) != nil)
    }

    @Test func aReplacedDirectoryHasAnotherIdentity() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("data")
        #expect(PlaceIdentity(path: path) == nil)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let first = try #require(PlaceIdentity(path: path))
        #expect(PlaceIdentity(path: path) == first)
        // The first one stays, so that its inode is not given to the second.
        try FileManager.default.moveItem(atPath: path, toPath: folder.file("old"))
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(PlaceIdentity(path: path) != first)
    }

    @Test func theSummaryNamesWhatIsInForce() {
        #expect(Containment.none.summary == "none")
        #expect(Containment(filtersCalls: true).summary == "system calls filtered")
        let whole = Containment(landlock: 7, filtersCalls: true, dropsCapabilities: true)
        #expect(whole.summary == "landlock 7, system calls filtered, capabilities dropped")
    }

    /// Its device, its inode and the short number of its mount are often those of the one before.
    @Test func whatIsMountedAnewIsAnotherPlace() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("disk")
        #expect(mkdir(path, 0o700) == 0)
        var seen: [PlaceIdentity] = []
        for _ in 0..<5 {
            #expect(mount("tmpfs", path, "tmpfs", 0, "size=1m,mode=0700") == 0)
            defer { umount2(path, Int32(MNT_DETACH)) }
            let found = try #require(PlaceIdentity(path: path))
            #expect(PlaceIdentity(path: path) == found)
            #expect(!seen.contains(found))
            seen.append(found)
        }
    }

    @Test func whatDoesNotBindAllThreadsSaysSo() {
        var containment = Containment(landlock: 7, filtersCalls: true)
        #expect(!containment.summary.contains("threads"))
        containment.bindsAllThreads = false
        #expect(containment.summary.hasSuffix("not for all threads"))
    }
}
