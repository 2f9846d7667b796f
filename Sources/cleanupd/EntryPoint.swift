import ArgumentParser
import Dispatch
import Glibc

/// Where the program begins: on its only thread, so that what may delete can be contained whole.
@main
enum EntryPoint {
    static func main() {
        // A reader that goes away (`| head`) ends the listing, not the run.
        signal(SIGPIPE, SIG_IGN)
        let arguments = GlobalArguments.reordered(Array(CommandLine.arguments.dropFirst()))
        do {
            let command = try Cleanupd.parseAsRoot(arguments)
            if let command = command as? any ContainedCommand { try command.contain() }
        } catch {
            Cleanupd.end(with: error)
        }
        // The program's own task: it ends the process.
        Task { await Cleanupd.carryOut(arguments) }
        dispatchMain()
    }
}
