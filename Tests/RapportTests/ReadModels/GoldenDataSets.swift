import Foundation

/// Public data sets with figures that were computed elsewhere; `RAPPORT_DATASETS` names the folder they are in.
enum GoldenDataSets {
    static let folder = ProcessInfo.processInfo.environment["RAPPORT_DATASETS"]

    static func path(_ dataSet: String, _ file: String) -> String { "\(folder ?? "")/\(dataSet)/\(file)" }

    /// The mapping of this name that comes with the package.
    static func mapping(_ name: String) -> String {
        let thisFile = URL(fileURLWithPath: #filePath)
        let package = thisFile.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.path + "/schemas/imports/" + name + ".yaml"
    }

    /// The figures that came with the data.
    static func figures<Figures: Decodable>(_ type: Figures.Type, of dataSet: String) throws -> Figures {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = try Data(contentsOf: URL(fileURLWithPath: path(dataSet, "GOLDEN.json")))
        return try decoder.decode(type, from: data)
    }

    /// The data files of a set whose names end so, sorted.
    static func files(of dataSet: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(dataSet, ""))
            .filter { $0.hasSuffix(ending) }
            .sorted()
            .map { path(dataSet, $0) }
    }
}
