import FuzzSupport

@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe Fuzzing.run(WireInput.self, [UInt8](UnsafeBufferPointer(start: start, count: count)))
}

/// Payloads: a view reads what SwiftProtobuf reads. The first byte says of which type of event.
enum WireInput: FuzzedInput {
    private static let samples = WireSample.all

    static func take(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let sample = samples[Int(first) % samples.count]
        let difference = sample.difference(on: Array(bytes.dropFirst()))
        require(difference == nil, "\(sample.name): \(difference ?? "")")
    }

    static var seeds: [[UInt8]] {
        get throws {
            var random = RandomEvents(seed: 1)
            var seeds: [[UInt8]] = []
            for (number, sample) in samples.enumerated() {
                for _ in 0..<4 {
                    var seed = [UInt8(number)]
                    seed += try sample.random(&random)
                    seeds.append(seed)
                    seed += random.strangeFields()
                    seeds.append(seed)
                }
            }
            return seeds
        }
    }
}
