import State
import Support
import Testing

/// What every state store does in the life that the tests of failures disturb.
struct StoreLifeConformanceTests {
    @Test(arguments: Backend.all)
    func everyStepDoesItsWork(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        for step in StoreLife.steps { try step.take(store) }
    }
}
