import Foundation
import LMDB

/// The charting library that a page carries within it: Chart.js (chartjs.org), as Debian and Ubuntu package it.
struct ChartLibrary {
    /// Stands for `--charts` in the environment.
    static let variable = "RAPPORT_CHARTS"
    /// Where the package libjs-chart.js puts it: version 3, and version 4.
    static let usualPlaces = ["chart.min.js", "chart.umd.js"].map { "/usr/share/javascript/chart.js/" + $0 }

    /// The script.
    let script: String

    /// Reads the library.
    ///
    /// - Parameter path: the file; nil takes the one that the environment names, or else that of the package.
    /// - Throws: ``CommandFailure`` when there is none, or it is another script.
    init(_ path: String?) throws {
        let named = path ?? ProcessInfo.processInfo.environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
        let place = try named ?? Self.usualPlace()
        let input: TextInput
        do {
            input = try TextInput(place)
        } catch let failure as CommandFailure where failure.status == .notFound {
            throw Self.missing(at: place)
        }
        // Readers of HTML take carriage returns away, and the page says which hash its scripts have.
        script = String(String.UnicodeScalarView(input.text.unicodeScalars.filter { $0 != "\r" }))
        guard Self.isChartJS(script), !HTMLWriter.endsElement(script) else {
            throw CommandFailure(
                .badInput,
                "\(input.name): is not Chart.js 3 or 4 as one script; expected the file \(Self.usualPlaces[0]) of the "
                    + "package libjs-chart.js, or the like")
        }
    }

    private static func usualPlace() throws -> String {
        guard let place = usualPlaces.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw missing(at: usualPlaces[0])
        }
        return place
    }

    private static func missing(at place: String) -> CommandFailure {
        CommandFailure(
            .notFound,
            "\(place): no Chart.js here; apt-get install libjs-chart.js installs it, --charts names another file, and "
                + "--no-charts writes tables only")
    }

    /// Whether it begins with the comment that names the library and its version, and is no module.
    private static func isChartJS(_ script: String) -> Bool {
        let start = script.prefix(400)
        return ["Chart.js v3.", "Chart.js v4."].contains { start.contains($0) } && script.contains("Chart=")
    }
}

extension HTMLWriter {
    /// The source of a script or a style in a content security policy (CSP level 3, 2.3.1): its SHA-256.
    static func source(of content: String) -> String {
        let bytes = Array(content.utf8)
        return "'sha256-\(Data(Hash256.sha256(of: bytes.rawSpan).bytes).base64EncodedString())'"
    }
}
