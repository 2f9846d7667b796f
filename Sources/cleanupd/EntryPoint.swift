import ArgumentParser
import CleanupConfiguration
import Dispatch
import Glibc

/// Where the program begins: on its only thread, so that what may delete can be contained whole.
@main
enum EntryPoint {
    static func main() {
        // A reader that goes away (`| head`) ends the listing, not the run.
        signal(SIGPIPE, SIG_IGN)
        occupyStandardStreams()
        let arguments = GlobalArguments.reordered(Array(CommandLine.arguments.dropFirst()))
        let known: Configuration?
        do {
            let command = try Cleanupd.parseAsRoot(arguments)
            known = try (command as? any ContainedCommand)?.contain()
        } catch {
            Cleanupd.end(with: error)
        }
        // The program's own task: it ends the process.
        Task { await Cleanupd.carryOut(arguments, with: known) }
        dispatchMain()
    }

    /// A file that was opened in the place of a closed standard stream would get what is meant for people. Nothing can be
    /// written there, so that it is still known what is lost.
    private static func occupyStandardStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
            guard open("/dev/null", O_RDONLY) < 0 else { continue }
            StandardError.write("cleanupd: standard stream \(stream) is closed, and /dev/null cannot take its place\n")
            exit(1)
        }
    }
}
