import Foundation

/// The package that this test is part of.
enum PackageFolder {
    /// Its root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file that a person wrote, by path. Read once.
    static func handWritten() throws -> [SourceFile] { try readOnce.get() }

    /// The files among them below `folder`.
    static func handWritten(below folder: String) throws -> [SourceFile] {
        try handWritten().filter { $0.path.hasPrefix(folder + "/") }
    }

    private static let readOnce = Result { try readHandWritten() }

    private static func readHandWritten() throws -> [SourceFile] {
        try ["Sources", "Tests", "Benchmarks"].flatMap { try files(below: $0) }
            .filter { $0.hasSuffix(".swift") && !$0.contains("/Generated/") }
            .map { SourceFile(path: $0, text: try text(of: $0)) }
    }

    /// The paths of all files below `folder`, sorted; none where there is no such folder.
    static func files(below folder: String) throws -> [String] {
        guard exists(folder) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            .sorted().map { folder + "/" + $0 }
    }

    /// What stands directly in the root.
    static func entries() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
