internal import Foundation

/// One family of input: what must hold of any bytes, and bytes to begin with.
public protocol FuzzedInput {
    /// Bytes that get far.
    static var seeds: [[UInt8]] { get throws }
    /// Takes any bytes. What should hold of them is said by ``require(_:_:)``.
    static func take(_ bytes: [UInt8])
}

/// What libFuzzer calls, whatever the family.
public enum Fuzzing {
    /// Where the seeds are to be written, instead of taking anything.
    private static let seedFolder = ProcessInfo.processInfo.environment["RAPPORT_FUZZ_SEEDS"]

    /// One run of libFuzzer's loop. Answers 0, as libFuzzer asks for.
    public static func run(_ input: any FuzzedInput.Type, _ bytes: [UInt8]) -> Int32 {
        if let seedFolder { writeSeeds(of: input, to: seedFolder) }
        input.take(bytes)
        return 0
    }

    private static func writeSeeds(of input: any FuzzedInput.Type, to folder: String) -> Never {
        do {
            for (number, seed) in try input.seeds.enumerated() {
                try Data(seed).write(to: URL(filePath: "\(folder)/seed-\(number)"))
            }
        } catch {
            say("the seeds cannot be written: \(error)")
            abort()
        }
        // Past libFuzzer, which takes an ordinary exit for a finding.
        _exit(0)
    }
}

/// Ends the process when something does not hold, which libFuzzer reports with the input.
public func require(_ holds: Bool, _ expectation: @autoclosure () -> String) {
    if holds { return }
    say("expected: \(expectation())")
    abort()
}

private func say(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
}
