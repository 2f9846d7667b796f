import CleanupConfiguration
import Engine
import Retention
import Support
import Testing

@testable import cleanupd

/// Each note above the table of a simulation, to the letter: what it takes for granted, and what it leaves out.
@Suite struct SimulationNotesTests {
    private static let text = """
        state: sqlite:state.db
        connections:
          data: { url: "file://data" }
          vault:
            { url: "s3://copies", endpoint: "http://127.0.0.1:9", addressing: path, access_key: key, secret_key: secret }
        cycles:
          nightly:
            schedule: "0 2 * * *"
            tasks: [plain, packed, copied, open, touched, folders, timed, held, dry, switched_off]
          weekly: { schedule: "0 3 * * 0", max_duration: 1h, tasks: [limited, both] }
          resting: { schedule: "0 4 * * *", enabled: false, tasks: [rested] }
          often: { every: 1s, tasks: [thinned] }
        tasks:
          plain: { files: { in: data, path: plain }, remove: { older_than: 7d } }
          packed: { files: { in: data, path: packed }, compress: { older_than: 7d }, remove: { older_than: 30d } }
          copied: { files: { in: data, path: copied }, remove: { older_than: 7d }, archive_to: { in: vault, prefix: c/ } }
          open: { files: { in: data, path: open }, remove: { older_than: 7d }, keep: { open: true } }
          touched: { files: { in: data, path: touched, time: atime }, remove: { older_than: 7d } }
          folders: { files: { in: data, path: folders, type: directory, depth: 1 }, remove: { older_than: 7d } }
          timed: { files: { in: data, path: timed }, remove: { older_than: 7d }, budget: { duration: 10m } }
          held: { files: { in: data, path: held }, remove: { older_than: 7d }, pace: { hold_file: hold } }
          dry: { files: { in: data, path: dry }, remove: { older_than: 7d }, dry_run: true }
          switched_off: { files: { in: data, path: off }, remove: { older_than: 7d }, enabled: false }
          limited: { files: { in: data, path: limited }, remove: { older_than: 7d } }
          both: { files: { in: data, path: both }, remove: { older_than: 7d }, budget: { duration: 10m } }
          rested: { files: { in: data, path: rested }, remove: { older_than: 7d } }
          thinned: { files: { in: data, path: thinned }, remove: { older_than: 7d } }
          alone: { files: { in: data, path: alone }, remove: { older_than: 7d } }
        """

    private static let taken = "each run is taken to do all that it is to do."

    private static let expected: [String: [String]] = [
        "plain": [], "alone": [],
        "packed": ["Compressed files count with the size they had: how small they will be is not known."],
        "copied": ["archive_to is taken to work: what is due goes, and has its copy in vault."],
        "open": ["keep.open is left out: a file that is open for writing will stay for a later run."],
        "touched": ["Ages count from atime: nothing is taken to be touched from now on."],
        "folders": ["Directories stay as old and large as they are: nothing is taken to be written in them."],
        "timed": ["budget.duration is left out: \(taken)"],
        "limited": ["max_duration of weekly is left out: \(taken)"],
        "both": ["budget.duration and max_duration of weekly are left out: \(taken)"],
        "held": ["pace.hold_file is left out: it is taken never to exist."],
        "dry": ["It only says what it would do now (dry run): shown is what would be if it acted."],
        "switched_off": ["It does not run by itself now (enabled: false): shown is what would be if it did."],
        "rested": ["It does not run by itself now (its cycles are switched off): shown is what would be if it did."],
        "thinned": ["It fires more than 100000 times: of each hour the first run only is simulated."],
    ]

    private static func notes(_ name: String, in bench: ConfiguredBench, of program: Program) throws -> [String] {
        let task = try #require(bench.configuration.tasks.first { $0.name == name })
        let definition = try #require(program.task(name))
        let cycles = program.cycles(running: name)
        let span = try SimulationSpan(start: Instant(seconds: 1_767_225_600), days: 2)
        let firings = SimulatedFirings(of: cycles, in: span)
        return SimulationScope.notes(task, definition, cycles, firings, of: program)
    }

    @Test func whatIsTakenForGrantedOrLeftOutIsSaid() throws {
        let bench = try ConfiguredBench(Self.text)
        let names = bench.configuration.tasks.map(\.name)
        #expect(names.sorted() == Self.expected.keys.sorted())
        for name in names {
            let notes = try Self.notes(name, in: bench, of: bench.blueprint.program)
            #expect(notes == Self.expected[name], "\(name)")
        }
    }

    @Test func aStoppedSchedulerAndTheMasterSwitchAreSaid() throws {
        let bench = try ConfiguredBench(Self.text)
        var program = bench.blueprint.program
        program.isScheduling = false
        program.isEnabled = false
        let dry = "It only says what it would do now (dry run): shown is what would be if it acted."
        let stopped = "The scheduler is stopped now: shown is what would be if cycles fired."
        #expect(try Self.notes("plain", in: bench, of: program) == [dry, stopped])
        #expect(try Self.notes("alone", in: bench, of: program) == [dry])
    }
}
