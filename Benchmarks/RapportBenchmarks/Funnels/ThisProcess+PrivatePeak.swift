extension ThisProcess {
    /// The most private memory that is seen while `body` runs, in kilobytes: fifty times a second it is looked.
    static func privatePeak(during body: () async throws -> Void) async rethrows -> Int {
        let watch = Task.detached {
            var peak = 0
            while !Task.isCancelled {
                peak = max(peak, ThisProcess.privateKilobytes)
                try? await Task.sleep(nanoseconds: 20_000_000)
            }
            return max(peak, ThisProcess.privateKilobytes)
        }
        defer { watch.cancel() }
        try await body()
        watch.cancel()
        return await watch.value
    }
}
