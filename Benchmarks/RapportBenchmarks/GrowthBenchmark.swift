import Foundation

/// What grows with the log, and what does not: the same measurements at several sizes.
///
/// Every customer has twenty events. Prints one table, a column for each size.
struct GrowthBenchmark {
    private let options: BenchmarkOptions

    init(_ options: BenchmarkOptions) {
        self.options = options
    }

    func run() async throws {
        var table = MarkdownTable(corner: "events in the log")
        for size in options.sizes {
            var column = MarkdownTable.Column(String(size))
            let place = options.place + "/\(size)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try await LogGrowth(in: place, size: size, options).run(&column)
            try FileManager.default.removeItem(atPath: place)
            try await ModelGrowth(in: place, size: size, options).run(&column)
            try FileManager.default.removeItem(atPath: place)
            table.columns.append(column)
        }
        show("\n" + table.text + "\n")
    }
}
