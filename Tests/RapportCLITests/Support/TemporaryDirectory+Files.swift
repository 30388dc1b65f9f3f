import Foundation
import TestSupport

extension TemporaryDirectory {
    /// Writes a file and answers its path.
    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}
