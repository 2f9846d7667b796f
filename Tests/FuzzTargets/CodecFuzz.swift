import State

/// Stored blocks of items and their results: the first byte says which.
enum CodecFuzz {
    static let target = FuzzTarget("codec", longest: 4096) { bytes in
        var input = FuzzInput(bytes)
        let isBlock = input.byte() & 1 == 0
        let stored = Array(input.rest)
        do {
            if isBlock {
                let block = try BlockCodec.decode(stored)
                try require(try BlockCodec.decode(BlockCodec.encode(block)) == block, "a block is not itself again")
            } else {
                let results = try ResultCodec.decode(stored)
                try require(
                    try ResultCodec.decode(ResultCodec.encode(results)) == results,
                    "results are not themselves"
                )
            }
        } catch let error as StateError {
            try require(error.code == .corrupt, "damage is told as \(error.code)")
        }
    }
}
