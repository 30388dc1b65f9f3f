import Foundation
import Testing

/// The Python package lifelines, which estimates survival by itself; asked where `python3` has it.
enum Lifelines {
    /// Some that were watched. Causes are 0 and 1; -1 was last seen.
    struct Sample: Encodable {
        let times: [Int64]
        let causes: [Int]
    }

    /// What it makes of a sample, at each of its times in order.
    struct Estimate: Decodable {
        let times: [Int64]
        let survival: [Double]
        /// The 95 % interval; nil where it has none.
        let lower: [Double?]
        let upper: [Double?]
        let median: Int64?
        /// The cumulative incidence of cause 0, where no two times are the same.
        let incidence: [Double]?
    }

    /// Whether there is one. It is looked for only: loading it takes seconds.
    static let isInstalled = (try? run(search, Data())) != nil

    private static let search = "import importlib.util, sys; sys.exit(importlib.util.find_spec('lifelines') is None)"

    private struct Failed: Error {
        let status: Int32
    }

    /// - Throws: when the program fails.
    static func estimates(of samples: [Sample]) throws -> [Estimate] {
        try JSONDecoder().decode([Estimate].self, from: run(program, JSONEncoder().encode(samples)))
    }

    private static func run(_ program: String, _ input: Data) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // It reads all before it writes anything.
        try standardInput.fileHandleForWriting.write(contentsOf: input)
        try standardInput.fileHandleForWriting.close()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        return printed
    }

    private static let program = """
        import json, math, sys, warnings
        warnings.simplefilter("ignore")
        from lifelines import AalenJohansenFitter, KaplanMeierFitter

        def number(value):
            return None if math.isnan(value) or math.isinf(value) else float(value)

        def estimate(times, causes):
            order = sorted(set(times))
            curve = KaplanMeierFitter().fit(times, [cause >= 0 for cause in causes])
            bounds = curve.confidence_interval_
            median = number(curve.median_survival_time_)
            answer = {
                "times": order,
                "survival": [float(share) for share in curve.survival_function_at_times(order)],
                "lower": [number(bounds.loc[time].iloc[0]) for time in order],
                "upper": [number(bounds.loc[time].iloc[1]) for time in order],
                "median": None if median is None else int(median),
            }
            if len(order) == len(times):
                both = AalenJohansenFitter(calculate_variance=False)
                both.fit(times, [cause + 1 for cause in causes], event_of_interest=1)
                found = both.cumulative_density_.iloc[:, 0]
                answer["incidence"] = [float(found[found.index <= time].iloc[-1]) for time in order]
            return answer

        print(json.dumps([estimate(sample["times"], sample["causes"]) for sample in json.load(sys.stdin)]))
        """
}
