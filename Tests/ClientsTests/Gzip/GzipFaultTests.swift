import CLinux
import Clients
import Glibc
import Support
import Testing

/// Every mutating system call of an archive fails, each in turn. In a process of its own, because fault points are
/// counted in the whole process.
@Suite("Gzip: failing system calls")
struct GzipFaultTests {
    /// F7: the call fails once, or from then on.
    @Test(.tags(.f7)) func originalOrVerifiedArchiveIsThereWhateverCallFails() async {
        await #expect(processExitsWith: .success) {  // banned-ok: apart (CRASHES)
            try #require(clinux_fault_available(), "fault points exist in debug builds only")
            let errors = [EIO, ENOSPC, EDQUOT, EACCES, EROFS, EMFILE, ENOMEM, EINTR, ESTALE, ETXTBSY, EBUSY, EAGAIN]
            var rounds = 0
            for error in errors {
                for mode in [CLINUX_FAULT_ERRNO_ONCE, CLINUX_FAULT_ERRNO_FROM] {
                    rounds += try GzipFaultRounds(mode: mode, error: error).run()
                }
            }
            // 12 errors in 2 ways, at a dozen calls or more.
            #expect(rounds > 12 * 2 * 12, "only \(rounds) rounds")
        }
    }

    /// After call N nothing works any more, as if the process had died there; then a new process takes over.
    @Test(.tags(.f7)) func nextProcessFinishesWhateverCallWasTheLast() async {
        await #expect(processExitsWith: .success) {  // banned-ok: apart (CRASHES)
            try #require(clinux_fault_available(), "fault points exist in debug builds only")
            #expect(try GzipFaultRounds(mode: CLINUX_FAULT_ERRNO_FROM, error: EIO, isDeath: true).run() > 12)
        }
    }

    /// F9: what a power cut may undo is decided by the order of these calls; each tells what it was for when it fails.
    @Test func archiveAndItsNameAreDurableBeforeTheOriginalGoes() async {
        await #expect(processExitsWith: .success) {  // banned-ok: apart (CRASHES)
            try #require(clinux_fault_available(), "fault points exist in debug builds only")
            let messages = try GzipFaultMessages.all()
            let order = [
                "make the archive ", "rename the archive to ", "make the name ", #"take "a.log" away"#,
                #"remove "a.log""#,
            ]
            let places = order.map { step in messages.firstIndex { $0.contains(step) } }
            #expect(!places.contains(nil), "\(order) in \(messages)")
            #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(order) in \(messages)")
        }
    }

    /// Who may not give the archive its owner must not compress; who cannot ask for the lease cannot tell.
    @Test func strangerKeepsTheFile() async {
        await #expect(processExitsWith: .success) {  // banned-ok: apart (CRASHES)
            try #require(getuid() == 0, "this test becomes another user: run it as root")
            try GzipWorld.with { world in
                try world.write(Array("x".utf8), to: "a.log", mode: 0o666)
                try #require(fchmod(world.directory, 0o777) == 0)
                try #require(seteuid(65534) == 0)
                let strict = try world.failure("a.log", checkOpen: true)
                let lenient = try world.failure("a.log", checkOpen: false)
                try #require(seteuid(0) == 0)
                #expect(strict?.code == .open)
                #expect(strict?.message.hasPrefix("cannot tell whether \"a.log\" is open for writing") == true)
                #expect(lenient?.code == .permission)
                #expect(world.names == ["a.log"])
            }
        }
    }
}

/// The loop over N = 1, 2, 3 … until an archive goes through without meeting the fault.
private struct GzipFaultRounds {
    let mode: clinux_fault_mode
    let error: Int32
    /// The fault stands for the death of the process: left-overs are legal, a second process must finish.
    var isDeath = false

    /// - Returns: how many calls were made to fail.
    func run() throws -> Int {
        // Glibc's attribute calls are not in Swift's module, so that a file with an attribute is copied.
        try GzipWorld.with { templates in
            try templates.write([], to: "template")
            let set = "import os; os.setxattr('template', 'user.note', b'x')"
            try #require(templates.run("python3", ["-c", set]).status == 0)
            let template = openat(templates.directory, "template", O_RDONLY | O_CLOEXEC)
            defer { close(template) }
            return try run(template: template)
        }
    }

    private func run(template: Int32) throws -> Int {
        var random = SeededGenerator(seed: 77)
        // Does not compress, so that there are several writes.
        let contents = random.bytes(700_000)
        for at in 1...200 {
            let isUntouched = try GzipWorld.with { world in
                try world.write(contents, to: "a.log")
                let file = openat(world.directory, "a.log", O_RDONLY | O_CLOEXEC)
                try #require(clinux_copy_attributes(template, file) == 0)
                close(file)
                clinux_fault_arm(mode, UInt64(at), error)
                let failure = try world.failure("a.log", by: GzipArchiver(level: 1, runIdentifier: "first"))
                let count = clinux_fault_count()
                clinux_fault_arm(CLINUX_FAULT_COUNT, 0, 0)
                check(world, contents, failure, at)
                if isDeath { try takeOver(world, contents, at) }
                return count < UInt64(at)
            }
            if isUntouched { return at - 1 }
        }
        Issue.record("200 calls failed and no archive went through")
        return 200
    }

    private func check(_ world: GzipWorld, _ contents: [UInt8], _ failure: GzipError?, _ at: Int) {
        let end = failure?.message ?? "succeeded"
        let note = "errno \(error), mode \(mode.rawValue), call \(at), \(end), \(world.names)"
        let original = world.read("a.log")
        let archive = world.unzip("a.log.gz")
        #expect(original == contents || archive == contents, "\(note)")
        #expect(original == nil || original == contents, "\(note)")
        #expect(!world.names.contains("a.log.gz") || archive == contents, "\(note)")
        if failure == nil { #expect(world.names == ["a.log.gz"], "\(note)") }
        guard let failure else { return }
        if mode == CLINUX_FAULT_ERRNO_ONCE {
            #expect(world.names == ["a.log"], "\(note)")
            #expect(failure.code == expectedCode, "\(note)")
            #expect(failure.errno == error, "\(note)")
        }
    }

    private var expectedCode: GzipError.Code {
        switch error {
        case EACCES, EPERM, EROFS: .permission
        case ENOSPC, EDQUOT: .noSpace
        default: .io
        }
    }

    private func takeOver(_ world: GzipWorld, _ contents: [UInt8], _ at: Int) throws {
        if world.names.contains("a.log") {
            try world.archive("a.log", by: GzipArchiver(level: 1, runIdentifier: "second"))
        }
        #expect(world.unzip("a.log.gz") == contents, "call \(at)")
        #expect(!world.names.contains("a.log"), "call \(at)")
        let rest = world.names.filter { $0 != "a.log.gz" }
        #expect(
            rest.allSatisfy {
                $0.hasPrefix(".cleanupd-first-") && ($0.hasSuffix(".gz.part") || $0.hasSuffix(".orig.part"))
            },
            "call \(at): \(rest)"
        )
        #expect(rest.count <= 1, "call \(at): \(rest)")
    }
}

/// What the archiver says when its first call fails, when its second one does, and so on.
private enum GzipFaultMessages {
    static func all() throws -> [String] {
        var messages: [String] = []
        for at in 1...200 {
            let (message, count) = try GzipWorld.with { world in
                try world.write(Array("one line\n".utf8), to: "a.log")
                clinux_fault_arm(CLINUX_FAULT_ERRNO_ONCE, UInt64(at), EIO)
                let failure = try world.failure("a.log", by: GzipArchiver(level: 1, runIdentifier: "order"))
                let count = clinux_fault_count()
                clinux_fault_arm(CLINUX_FAULT_COUNT, 0, 0)
                return (failure?.message ?? "", count)
            }
            guard count >= UInt64(at) else { return messages }
            messages.append(message)
        }
        return messages
    }
}
