import Foundation
import Support
import Testing

/// `examples/chatterbox` with the real binary: tokens in a JSON file, their audio, and a limit.
@Suite(.timeLimit(.minutes(10)))
struct ChatterboxTests {
    private static let roots = ["STORAGE_PATH": "recovery_storage", "TOKEN_FILE": "recovery_tokens.json"]
    /// Older than 24 hours.
    private static let oldTokens = Set((25...30).map { "tok-\($0)" })
    private static let orphans = Set((1...4).map { "orphan-\($0).wav" })
    private static let oldAudio = Set(oldTokens.map { "\($0).wav" } + ["tok-27-b.wav", "tok-30-b.wav"])

    private static func with(
        _ environment: [String: String] = [:],
        _ body: (Example) async throws -> Void
    ) async throws {
        try await Example.with("chatterbox", roots: roots, environment: environment, body)
    }

    private static func tokens(_ example: Example) throws -> Set<String> {
        let file = example.sample.appendingPathComponent("recovery_tokens.json")
        let object = try JSONSerialization.jsonObject(with: try Data(contentsOf: file))
        return Set((object as? [String: Any] ?? [:]).keys)
    }

    private static func audio(_ example: Example) throws -> Set<String> {
        let folder = example.sample.appendingPathComponent("recovery_storage")
        return Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }

    private static func change(_ example: Example, _ edit: (String) -> String) throws {
        let file = example.sample.appendingPathComponent("recovery_tokens.json")
        try Data(edit(try String(contentsOf: file, encoding: .utf8)).utf8).write(to: file)
    }

    @Test func planShowsExactlyWhatGoesAndChangesNothing() async throws {
        try await Self.with { example in
            let before = try example.manifest()
            let plan = try await example.cleanupd.run("plan", "--json")
            #expect(plan.code == 0, "\(plan.errorText)")
            let lines = try ReportLine.parse(plan.output)
            #expect(lines.items(of: "tokens", "remove") == Self.oldTokens)
            #expect(lines.items(of: "orphaned_audio", "remove") == Self.orphans)
            #expect(lines.first { $0.item == "tok-25" }?.reason == "older than 24h")
            #expect(try lines.summary(of: "tokens").bytes == Int64(Self.oldAudio.count * 65_536))
            #expect(try example.manifest() == before)
        }
    }

    @Test func runRemovesTokensWithTheirAudioAndOrphans() async throws {
        try await Self.with { example in
            let (tokens, audio) = (try Self.tokens(example), try Self.audio(example))
            let text = example.sample.appendingPathComponent("recovery_tokens.json")
            let before = try String(contentsOf: text, encoding: .utf8)
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let run = try await example.cleanupd.run("run", "--force", "--json", "--metrics-file", metrics.path)
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try Self.tokens(example) == tokens.subtracting(Self.oldTokens))
            #expect(try Self.audio(example) == audio.subtracting(Self.oldAudio).subtracting(Self.orphans))
            let kept = before.components(separatedBy: ",\n  \"tok-25\"")[0] + "\n}\n"
            #expect(try String(contentsOf: text, encoding: .utf8) == kept)
            let found = try await example.metrics(metrics)
            #expect(found["cleanup_tokens_deleted_total"] == 6)
            #expect(found["cleanup_token_audio_deleted_total"] == Double(Self.oldAudio.count))
            #expect(found["cleanup_orphaned_audio_deleted_total"] == 4)
            #expect(found["cleanup_storage_limit_bytes{task=\"tokens\"}"] == Double(1 << 30))
            // 41 files were there when it looked, after the orphans, and 8 have gone with their tokens.
            #expect(found["cleanup_storage_used_bytes{task=\"tokens\"}"] == Double(33 * 65_536))
            let again = try await example.cleanupd.run("run", "--force", "--json").check()
            let lines = try ReportLine.parse(again.output)
            for task in ["tokens", "orphaned_audio"] { #expect(try lines.summary(of: task).remove == 0, "\(task)") }
        }
    }

    @Test func overTheLimitTheOldestTokensGoDownToFourFifths() async throws {
        try await Self.with(["MAX_STORAGE_MB": "1", "RETENTION_HOURS": "1000"]) { example in
            let run = try await example.cleanupd.run("run", "tokens", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            let left = try Self.tokens(example)
            let audio = try Self.audio(example)
            #expect(audio.count * 65_536 <= 1_048_576 * 8 / 10)
            // One more token would have been too many; orphans are not the tokens' to remove.
            #expect((audio.count + 2) * 65_536 > 1_048_576 * 8 / 10)
            #expect(audio.isSuperset(of: Self.orphans))
            #expect(left == Set((1...left.count).map { String(format: "tok-%02d", $0) }))
        }
    }

    @Test func orphansGoBeforeTheLimitTakesLivingTokens() async throws {
        try await Self.with(["MAX_STORAGE_MB": "4"]) { example in
            let folder = example.sample.appendingPathComponent("recovery_storage")
            let orphan = folder.appendingPathComponent("orphan-large.wav")
            try Data(count: 8_000_000).write(to: orphan)
            let old = Date(timeIntervalSinceNow: -7_200)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: orphan.path)
            let tokens = try Self.tokens(example)
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try Self.tokens(example) == tokens.subtracting(Self.oldTokens))
            #expect(!FileManager.default.fileExists(atPath: orphan.path))
        }
    }

    @Test func limitThatCannotBeMetMakesTheRunPartial() async throws {
        try await Self.with(["MAX_STORAGE_MB": "1", "RETENTION_HOURS": "1000"]) { example in
            let folder = example.sample.appendingPathComponent("recovery_storage")
            try Data(count: 2_000_000).write(to: folder.appendingPathComponent("orphan-large.wav"))
            // Older than all others, but not old enough to go by its age.
            let created = Int(Date().timeIntervalSince1970) - 100 * 3_600
            try Self.change(example) { text in
                "{\"tok-silent\": {\"created_at\": \(created), \"audio_files\": []}," + text.dropFirst()
            }
            let run = try await example.cleanupd.run("run", "tokens", "--force", "--json")
            #expect(run.code == 3, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "tokens").outcome == "partial")
            #expect(run.errorText.contains("The quota cannot be met"), "\(run.errorText)")
            // What frees something has gone; to remove the other would have freed nothing.
            #expect(try Self.tokens(example) == ["tok-silent"])
        }
    }

    @Test func corruptTokenIsNamedAndStaysAndTheRestGoesOn() async throws {
        try await Self.with { example in
            try Self.change(example) { text in
                "{\"tok-bad\": {\"created_at\": \"yesterday\", \"audio_files\": \"orphan-1.wav\"}," + text.dropFirst()
            }
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let run = try await example.cleanupd.run("run", "--force", "--json", "--metrics-file", metrics.path)
            #expect(run.code == 3, "\(run.errorText)")
            #expect(run.errorText.contains("its created_at holds no time that can be read"), "\(run.errorText)")
            let found = try await example.metrics(metrics)
            #expect(found["cleanup_items_skipped_total{reason=\"corrupt\",task=\"tokens\"}"] == 1)
            #expect(try Self.tokens(example) == Set((1...24).map { String(format: "tok-%02d", $0) } + ["tok-bad"]))
            #expect(try Self.audio(example).intersection(Self.orphans) == ["orphan-1.wav"])
        }
    }

    @Test func corruptTokenFileStopsBothTasksAndIsNeverRewritten() async throws {
        try await Self.with { example in
            try Self.change(example) { String($0.dropLast(20)) }
            let before = try example.manifest()
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 1, "\(run.errorText)")
            let lines = try ReportLine.parse(run.output)
            for task in ["tokens", "orphaned_audio"] {
                #expect(try lines.summary(of: task).outcome == "failed", "\(task)")
            }
            #expect(run.errorText.contains("is left as it is; line "), "\(run.errorText)")
            #expect(try example.manifest() == before)
        }
    }
}
