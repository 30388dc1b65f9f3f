import Foundation
import Testing
import TestSupport

/// Figures about customers are those that the code of others makes of the same events: pandas, and the Python package
/// lifetimes.
///
/// It needs Python and a package index, so it runs where RAPPORT_LIFETIMES=1 asks for it. One test after the other:
/// the first one installs the packages.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["RAPPORT_LIFETIMES"] == "1", "RAPPORT_LIFETIMES=1 asks for it"),
    .serialized, .timeLimit(.minutes(10)))
struct LifetimesPackageTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "tools/lifetimes").path

    /// What is asked, by the name of the file that the script reads the answer from.
    private static let questions: [String: [String]] = [
        "lifetime": ["lifetime", "--to", "2023-06-30"],
        "lifetime-customers": ["lifetime", "--customers", "--to", "2023-06-30", "--limit", "1000"],
        "rfm-customers": ["rfm", "--customers", "--limit", "1000"],
        "retention": ["retention"],
        "revenue": ["retention", "--revenue", "month"],
    ]

    /// Asks everything of simulated orders; answers the folder with `orders.jsonl` and the answers.
    private func answers() async throws -> TemporaryDirectory {
        let (folder, data) = (try TemporaryDirectory(), try TemporaryDirectory())
        var simulation = OrderSimulation(seed: 52)
        let lines = simulation.lines(customers: 400)
        _ = try folder.write(lines, to: "orders.jsonl")
        let appended = try await rapport("append", "--data", data.path, input: lines)
        try #require(appended.status == 0, "\(appended.errors)")
        for (name, question) in Self.questions {
            let run = try await Command(question + ["--json", "--data", data.path]).run()
            try #require(run.status == 0, "\(run.errors)")
            _ = try folder.write(run.printed, to: name + ".json")
        }
        return folder
    }

    /// Runs the script; answers its exit code and what it has printed.
    private func lifetimes(_ folder: TemporaryDirectory) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: Self.script)
        process.arguments = [folder.path + "/orders.jsonl", folder.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test("Lifetime values, RFM and retention are what pandas and lifetimes make of the orders")
    func figuresAreThoseOfOthers() async throws {
        let run = try lifetimes(try await answers())
        #expect(run.status == 0, "\(run.output)")
        // Where the packages cannot be installed there is nobody to ask.
        if run.output.contains("skipped") { return }
        let sentence = try #require(
            run.output.wholeMatch(
                of: /lifetimes: (\d+) figures of lifetime values, (\d+) of .+ are the same\n/), "\(run.output)")
        let (values, others) = (Int(sentence.output.1) ?? 0, Int(sentence.output.2) ?? 0)
        #expect(values > 2000)
        #expect(others > 2000)
    }

    @Test("A figure that differs is named")
    func aWrongFigureIsNamed() async throws {
        let folder = try await answers()
        for (name, figure, sentence) in [
            ("lifetime", "valueMillionths", "purchases: r: Rapport says "),
            ("lifetime-customers", "expectedSpending", "lifetime of customers: expectedSpending of C-"),
            ("rfm-customers", "value", "rfm: value of C-"),
            ("retention", "active", "retention: 2022-01: bracket, day 1: Rapport says "),
            ("revenue", "netBp", "revenue: 2022-02: NRR: Rapport says "),
        ] {
            let file = URL(filePath: folder.path + "/" + name + ".json")
            let answer = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            _ = try folder.write(try spoiled(answer, figure), to: name + ".json")
            let run = try lifetimes(folder)
            if run.output.contains("skipped") { return }
            #expect(run.status == 1, "\(run.output)")
            #expect(run.output.hasPrefix("lifetimes: " + sentence), "\(run.output)")
            _ = try folder.write(answer, to: name + ".json")
        }
    }

    /// The answer with a little more, at least 2, where a figure first stands.
    private func spoiled(_ answer: String, _ figure: String) throws -> String {
        let name = try #require(answer.range(of: "\"\(figure)\" : "), "no \(figure)")
        let digits = answer[name.upperBound...].prefix { $0.isNumber }
        let number = try #require(Int(digits), "\(figure) is no number")
        var spoiled = answer
        spoiled.replaceSubrange(digits.startIndex..<digits.endIndex, with: String(number + number / 500 + 2))
        return spoiled
    }
}

/// Orders of two years, 2022 and 2023, of customers as the models of lifetime value take them to be.
///
/// Each has a rate of orders, a chance to leave after each of them, and a mean value per order. Some orders are
/// changed, cancelled or given back in part.
private struct OrderSimulation {
    /// 2022-01-01 in seconds since 1970.
    private static let start = 1_640_995_200
    /// In days.
    private static let length = 730.0

    private var random: SeededGenerator
    private var orders = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// The events, as `append` reads them: those of one customer after the other.
    mutating func lines(customers: Int) -> String {
        var lines: [String] = []
        for customer in 1...customers {
            let meanGap = 45 / exponential()
            let chanceToLeave = 1 - pow(1 - uniform(), 1.0 / 3)
            let mean = 15_000 / gamma(4)
            var day = uniform() * 0.85 * Self.length
            while day < Self.length {
                order("C-\(customer)", day: day, mean: mean, &lines)
                if uniform() < chanceToLeave { break }
                day += meanGap * exponential()
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Adds an order and what becomes of it.
    private mutating func order(_ customer: String, day: Double, mean: Double, _ lines: inout [String]) {
        orders += 1
        let order = "O-\(orders)"
        let net = max(2, Int(mean * gamma(6) / 6))
        let (fate, later) = (uniform(), day + 40 * uniform())
        let placed = #""customerId":"\#(customer)","lines":[\#(line(net))]"#
        lines.append(event("OrderPlaced", customer, order, day, placed))
        switch fate {
        case ..<0.05:
            lines.append(event("OrderCancelled", customer, order, later, #""reason":"mistake""#))
        case ..<0.12:
            let returned = #""lines":[\#(line(net / 2))],"reason":"size""#
            lines.append(event("OrderReturned", customer, order, later, returned))
        case ..<0.16:
            let changed = #""lines":[\#(line(net)),\#(line(net / 3))],"reason":"more""#
            lines.append(event("OrderChanged", customer, order, later, changed))
        default: break
        }
    }

    /// A line of an order, worth so many cents.
    private func line(_ net: Int) -> String {
        #"{"sku":"S-1","quantityMilli":"1000","net":{"minorUnits":"\#(net)","currency":"EUR"}}"#
    }

    /// A line of JSON; `rest` is what belongs to the data besides the order.
    private func event(
        _ type: String, _ customer: String, _ order: String, _ day: Double, _ rest: String
    ) -> String {
        let time = Date(timeIntervalSince1970: Double(Self.start + Int(day * 86_400))).formatted(.iso8601)
        return #"{"type":"\#(type)","tags":["customer:\#(customer)","order:\#(order)"],"occurredAt":"\#(time)","#
            + #""data":{"orderId":"\#(order)",\#(rest)}}"#
    }

    /// From 0 until 1.
    private mutating func uniform() -> Double { Double(random.next() >> 11) / 9_007_199_254_740_992 }

    /// With a mean of 1.
    private mutating func exponential() -> Double { -log(1 - uniform()) }

    /// With a whole shape and a mean as large.
    private mutating func gamma(_ shape: Int) -> Double {
        (0..<shape).reduce(0) { sum, _ in sum + exponential() }
    }
}
