import ArgumentParser
import Engine

/// How items are shown.
struct ListingOptions: ParsableArguments {
    @Flag(help: "One JSON object a line on standard output, nothing else.")
    var json = false

    @Flag(help: "List young and deferred items, too.")
    var all = false

    var format: Listing.Format { json ? .json : .table }

    func observer(_ output: StandardOutput, of program: Program, acts: Bool) -> any RunObserver {
        Listing(output: output, format: format, listsAll: all, acts: acts, itemNames: program.itemNames)
    }
}
