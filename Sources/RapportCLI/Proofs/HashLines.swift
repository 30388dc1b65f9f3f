import Foundation
import LMDB

/// A consistency proof as text: a hash in base64 on each line.
enum HashLines {
    /// The hashes that the lines of `input` are.
    ///
    /// - Throws: ``CommandFailure`` with the first line that is none.
    static func hashes(in input: TextInput) throws -> [Hash256] {
        try input.lines.enumerated().map { index, line in
            guard let bytes = Data(base64Encoded: String(line)), let hash = Hash256(Array(bytes)) else {
                throw CommandFailure(
                    .badInput, "\(input.name): line \(index + 1) is no hash; expected 32 bytes in base64 on each line")
            }
            return hash
        }
    }

    /// A line for each hash; nothing for none.
    static func text(of hashes: [Hash256]) -> String { hashes.map { $0.base64Text + "\n" }.joined() }
}

extension Hash256 {
    /// The bytes in base64, as checkpoints have them.
    var base64Text: String { Data(bytes).base64EncodedString() }
}
