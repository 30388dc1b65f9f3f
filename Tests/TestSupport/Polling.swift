/// Asks again and again until `condition` holds or the time is over; says whether it holds.
package func eventually(
    within limit: Duration = .seconds(30), _ condition: () throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(2))
    }
    return try condition()
}
