import Foundation
import Support

extension SoakFaults {
    func makeOfLocks(_ step: SoakStep, _ hold: () async -> Void) async throws {
        let redis = world.locks
        switch step.fault {
        case .locksRestarted:
            try await redis.stop()
            await hold()
            try await redis.start()
        case .locksKilled:
            try await redis.kill9()
            await hold()
            try await redis.start()
        case .locksFlushed: try await redis.command("FLUSHALL")
        case .locksPaused:
            try redis.pause()
            await hold()
            try redis.resume()
        case .locksSlow:
            try world.locksProxy.delay(.milliseconds(50 + step.choice * 10))
            await hold()
            try world.locksProxy.delay(.zero)
        default: try world.locksProxy.cut()
        }
    }

    func makeOfDatabase(_ step: SoakStep) async throws {
        let server = world.postgres
        switch step.fault {
        case .databaseTerminated:
            // All sessions but this one, or some of them.
            let some = step.choice % 2 == 0 ? "" : " AND pid % 2 = 0"
            try await onThread {
                _ = try server.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                        + "AND datname LIKE 'test_%'" + some
                )
            }
        case .databaseRestarted:
            try await onThread {
                try server.stopImmediately()
                try server.start()
            }
        default: try world.databaseProxy.cut()
        }
    }

    func makeOfStores(_ step: SoakStep, _ hold: () async -> Void) async throws {
        switch step.fault {
        case .keysPaused:
            try world.keys.pause()
            await hold()
            try world.keys.resume()
        case .keysCut: try world.keysProxy.cut()
        case .objectsPaused:
            world.objects.pause()
            await hold()
            world.objects.resume()
        case .objectsRefused, .objectsCut:
            world.objectsGate.set(step.fault == .objectsCut ? .cut : step.choice % 2 == 0 ? .busy : .broken)
            await hold()
            world.objectsGate.set(.open)
        case .containersPaused:
            world.engine.pause()
            await hold()
            world.engine.resume()
        default:
            let file = world.embedded
            let shell = try SQLiteShell(file)
            try shell.ask("BEGIN IMMEDIATE;")
            await hold()
            try shell.ask("COMMIT;")
        }
    }
}
