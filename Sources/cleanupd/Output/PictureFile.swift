import Foundation

/// The file that a picture is written to: the only one that a simulation writes.
enum PictureFile {
    /// Throws `CommandFailure` if something lies there that is no picture: a slip of the finger must not cost a backup.
    static func check(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            if type == .typeRegular {
                let start = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: 4) ?? Data()
                if start.isEmpty || start == Data("<svg".utf8) { return }
            }
        } catch {
            throw CommandFailure.failed("--svg: \(path) cannot be looked at: \(error.localizedDescription)")
        }
        throw CommandFailure.usage("--svg: \(path) is there and no SVG file, and is not replaced. Name another file.")
    }

    static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure.failed("--svg: \(path) could not be written: \(error.localizedDescription)")
        }
    }
}
