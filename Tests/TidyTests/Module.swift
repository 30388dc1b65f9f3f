/// A module of the package, and what it may know of the others.
struct Module: Sendable {
    let name: String
    /// The modules of this package that it may import.
    let imports: Set<String>
    /// Whether others can import it; a program cannot be.
    var isLibrary = true

    var folder: String { "Sources/" + name }

    /// Every module with Swift files, in the order data flows.
    static let all = [
        Module(name: "LMDB", imports: cLibraries),
        Module(name: "Transparency", imports: ["LMDB"]),
        Module(name: "EventLog", imports: ["LMDB"]),
        Module(name: "Audit", imports: ["LMDB", "EventLog", "Transparency"]),
        Module(name: "Sealing", imports: ["LMDB", "EventLog"]),
        Module(name: "Projection", imports: ["LMDB", "EventLog"]),
        Module(
            name: "Rapport", imports: ["LMDB", "EventLog", "Transparency", "Audit", "Sealing", "Projection"]),
        Module(
            name: "RapportCLI",
            imports: ["LMDB", "EventLog", "Transparency", "Audit", "Sealing", "Projection", "Rapport"],
            isLibrary: false),
    ]

    static let cLibraries: Set<String> = ["CLMDB", "CXXHash"]

    /// Every module name of this package.
    static let names = Set(all.map(\.name)).union(cLibraries)
}
