import Foundation
import TestSupport
import Testing

@testable import RapportCLI

/// What the machine has to look at a page with.
private enum Browser {
    /// Where the browser is; nil where there is none.
    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static let hasLibrary = ChartLibrary.usualPlaces.contains { FileManager.default.fileExists(atPath: $0) }
}

/// The page in a real browser. It needs Chromium and the package libjs-chart.js; `tools/setup` installs both with
/// RAPPORT_BROWSER=1.
@Suite(
    .enabled(if: Browser.path != nil && Browser.hasLibrary, "needs chromium and Chart.js"),
    .timeLimit(.minutes(5)))
struct ReportBrowserTests {
    /// Opens a file, and answers the document after its scripts have run, and what the browser has said.
    private func open(_ file: String, in directory: TemporaryDirectory) throws -> (document: String, log: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = [
            "120", Browser.path ?? "", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--user-data-dir=\(directory.path)/profile", "--enable-logging=stderr", "--virtual-time-budget=5000",
            "--dump-dom", "file://\(file)",
        ]
        // In files: what nobody reads would fill a pipe.
        let document = try directory.write("", to: "document.html")
        let log = try directory.write("", to: "log.txt")
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: document))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return (
            try String(contentsOfFile: document, encoding: .utf8),
            String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
        )
    }

    @Test("a browser draws every chart and has nothing to complain of", arguments: ["en", "zh"])
    func everyChartIsDrawn(language: String) async throws {
        let company = try await ReportCompany()
        let run = try await rapport(
            "report", company.file, "--data", company.data.path, "--funnel", company.funnel, "--language", language)
        try #require(run.status == 0, "\(run.errors)")
        let (document, log) = try open(company.file, in: TemporaryDirectory())
        #expect(!log.contains("CONSOLE"), "\(log)")
        let root = document.firstMatch(of: /<html[^>]*>/).map { String($0.output) } ?? ""
        let canvases = document.matches(of: /<canvas[^>]*>/).map { String($0.output) }
        #expect(ParsedPage.attribute("data-drawn", root) == "\(canvases.count)")
        #expect(canvases.count == 6)
        #expect(!root.contains("data-failed") && !root.contains("data-hacked"), "\(root)")
        for canvas in canvases {
            let points = ParsedPage.attribute("data-points", canvas).flatMap { Int($0) } ?? 0
            let width = ParsedPage.attribute("width", canvas).flatMap { Int($0) } ?? 0
            #expect(points > 0 && width > 100, "\(canvas)")
        }
    }
}
