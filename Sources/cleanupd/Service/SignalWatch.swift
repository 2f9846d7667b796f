import Dispatch
import Engine
import Foundation

/// Ends a run from the command line at its next item boundary on SIGINT or SIGTERM.
final class SignalWatch {
    private let sources: [any DispatchSourceSignal]

    init(_ cancellation: Cancellation) {
        sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the process in the middle of an item.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { cancellation.cancel(.shutdown) }
            source.resume()
            return source
        }
    }

    func stop() {
        for source in sources { source.cancel() }
    }
}
