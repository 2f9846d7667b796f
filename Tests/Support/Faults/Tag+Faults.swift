package import Testing

/// One tag for each row of docs/faults.md; `make fault ROW=F5` runs the tests of one.
extension Tag {
    // MARK: Files

    /// A directory within the tree becomes a symbolic link while it is cleaned.
    @Tag package static var f1: Self
    /// Directories are exchanged, become files, fifos or mounts; the root itself is replaced.
    @Tag package static var f2: Self
    /// The victim is replaced or touched between the check and its removal.
    @Tag package static var f3: Self
    /// A directory is renamed out of the tree while it is cleaned.
    @Tag package static var f4: Self
    /// The process dies at any mutating operation.
    @Tag package static var f5: Self
    /// The process is killed at a system call, seen from outside.
    @Tag package static var f6: Self
    /// Any call fails with any error number.
    @Tag package static var f7: Self
    /// The machine loses its power.
    @Tag package static var f8: Self
    /// What was not synchronised is lost, or comes in another order.
    @Tag package static var f9: Self
    /// There is no room for an archive.
    @Tag package static var f10: Self
    /// Somebody writes to a log while it is compressed.
    @Tag package static var f11: Self
    /// An archive is damaged before it is verified.
    @Tag package static var f12: Self
    /// Names are hostile.
    @Tag package static var f13: Self
    /// Things that lie about in real trees: links, sparse files, devices, mounts, depths, great numbers.
    @Tag package static var f14: Self
    /// Clocks jump.
    @Tag package static var f15: Self
    /// Policies are compared with a plain reference.
    @Tag package static var f16: Self
    /// A preview changes nothing.
    @Tag package static var f17: Self
    /// The remover is taken over.
    @Tag package static var f18: Self

    // MARK: Databases

    /// A session is killed in the midst of a batch.
    @Tag package static var d1: Self
    /// Nobody knows whether a commit took place.
    @Tag package static var d2: Self
    /// Others hold locks.
    @Tag package static var d3: Self
    /// Rows become young again while they are removed.
    @Tag package static var d4: Self
    /// The server stops at once and recovers.
    @Tag package static var d5: Self
    /// A replica lags behind.
    @Tag package static var d6: Self
    /// How much a run slows others down.
    @Tag package static var d7: Self
    /// Cascades, triggers, views, partitions, row security, names and search paths.
    @Tag package static var d8: Self
    /// SQLite: deaths, locks, checkpoints, full disks, damaged pages.
    @Tag package static var d9: Self
    /// Several replicas clean one table.
    @Tag package static var d10: Self

    // MARK: Redis

    /// A leader is paused.
    @Tag package static var r1: Self
    /// Networks part.
    @Tag package static var r2: Self
    /// A failover loses writes.
    @Tag package static var r3: Self
    /// Redis forgets, is full, refuses, or starts anew.
    @Tag package static var r4: Self
    /// The clock of Redis jumps.
    @Tag package static var r5: Self
    /// A worker dies at any step of the queue.
    @Tag package static var r6: Self
    /// Jobs that always fail, long lines, and jobs put in many times.
    @Tag package static var r7: Self
    /// Replies are cut, slow or garbage.
    @Tag package static var r8: Self
    /// All of it in simulated worlds.
    @Tag package static var r9: Self

    // MARK: Other stores

    /// Objects are written anew after they were listed.
    @Tag package static var s1: Self
    /// S3 answers with any error, or with half an answer.
    @Tag package static var s2: Self
    /// Kinds of buckets, and servers that ignore conditions.
    @Tag package static var s3: Self
    /// Pages of listings.
    @Tag package static var s4: Self
    /// Copies are cut, lost or damaged, and their files change meanwhile.
    @Tag package static var s5: Self
    /// Containers start, are renamed or replaced after they were listed.
    @Tag package static var k1: Self
    /// Keys are written anew after they were listed.
    @Tag package static var k2: Self

    // MARK: Service

    /// Who may do what, for each route.
    @Tag package static var a1: Self
    /// Any request of the API.
    @Tag package static var a2: Self
    /// What the time of an answer tells of a token.
    @Tag package static var a3: Self
    /// Slow, idle, great and many requests.
    @Tag package static var a4: Self
    /// Forged pages, hosts, paths, headers and lines of logs.
    @Tag package static var a5: Self
    /// Signals at any moment.
    @Tag package static var p1: Self
    /// The service is restarted again and again in the midst of its work.
    @Tag package static var p2: Self
    /// Bad configurations.
    @Tag package static var p3: Self
    /// Schedules, compared with a clock that goes minute by minute.
    @Tag package static var p4: Self
    /// All faults at random, for hours.
    @Tag package static var p5: Self
    /// Threads race for the same memory.
    @Tag package static var p6: Self

    // MARK: Figures

    /// What others read in our metrics is what was written.
    @Tag package static var m1: Self
    /// Linters find nothing.
    @Tag package static var m2: Self
    /// A real Prometheus scrapes all formats.
    @Tag package static var m3: Self
    /// Nothing is lost where many threads count.
    @Tag package static var m4: Self
    /// What was counted is what was done.
    @Tag package static var m5: Self
    /// Which format is answered with.
    @Tag package static var m6: Self
    /// All series are there from the beginning, and stay.
    @Tag package static var m7: Self
    /// Each alert fires, and stops.
    @Tag package static var m8: Self
    /// Names cannot make more and more series.
    @Tag package static var m9: Self
}
