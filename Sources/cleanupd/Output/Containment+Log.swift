import Clients
import Logging

extension Containment {
    /// What is in force, and what is not; once, at the start, because nothing of it can change later.
    func tell(_ logger: Logger) {
        let facts: Logger.Metadata = ["action": "containment", "in_force": "\(summary)"]
        guard self != .none else {
            logger.warning(
                "\(ServiceWords.notContained)",
                metadata: facts
            )
            return
        }
        logger.info("Contained by the kernel: \(summary)", metadata: facts)
        tellProblems(logger)
    }

    /// What is not in force, and which places were not there.
    func tellProblems(_ logger: Logger) {
        for problem in problems { logger.warning("\(problem)", metadata: ["action": "containment_incomplete"]) }
        for place in missing {
            logger.warning(
                "\(ServiceWords.placeIsMissing(place))",
                metadata: ["action": "containment_place_missing", "path": "\(place.path)"]
            )
        }
    }
}
