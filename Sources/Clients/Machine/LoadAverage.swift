import Foundation

/// How many threads this machine had ready to run, or waiting for its disks (getloadavg(3)).
package enum LoadAverage {
    /// Of the last minute, for each processor; throws `LoadAverageError` where the system does not say.
    package static func ofLastMinutePerProcessor() throws(LoadAverageError) -> Double {
        var averages = [0.0]
        guard getloadavg(&averages, 1) == 1 else { throw LoadAverageError() }
        return averages[0] / Double(max(1, ProcessInfo.processInfo.activeProcessorCount))
    }
}

/// The system does not say how busy it is.
package struct LoadAverageError: Error, CustomStringConvertible {
    package var description: String { "The system does not say how busy it is (/proc/loadavg)." }
}
