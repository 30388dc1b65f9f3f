/// Defects among opportunities, as they are counted under the name of Six Sigma.
///
/// Defects per million opportunities are 10⁶ · defects / opportunities. The sigma level is Φ⁻¹(1 − defects /
/// opportunities) + 1.5: by how many standard deviations the limit lies above the mean of a normal process that has
/// this share of defects after its mean has drifted by 1.5 of them, a convention. Level 6 is 3.4 per million, level 3
/// is 66,807.
///
/// Source: M. J. Harry and R. Schroeder, "Six Sigma: The Breakthrough Management Strategy" (2000).
public struct DefectRate: Codable, Sendable, Hashable {
    /// By how many standard deviations the mean is taken to drift.
    static let shift = 1.5

    /// How often something went wrong; 0 to `opportunities`.
    public let defects: Int
    /// How often it could have; above 0.
    public let opportunities: Int
    /// Defects per million opportunities, rounded half up.
    public let perMillion: Int64
    /// The sigma level, the drift of 1.5 included; nil without a defect, and where all are: no level is so high, or so
    /// low.
    public let sigma: Double?

    /// Nil when there was no opportunity. `defects` must lie between 0 and `opportunities`.
    init?(defects: Int, of opportunities: Int) {
        precondition(opportunities >= 0 && (0...opportunities).contains(defects), "\(defects) of \(opportunities)")
        guard opportunities > 0 else { return nil }
        self.defects = defects
        self.opportunities = opportunities
        let (part, whole) = (Int128(defects), Int128(opportunities))
        perMillion = Int64((part * 2_000_000 + whole) / (2 * whole))
        let isBetween = defects > 0 && defects < opportunities
        // By the lower tail, which keeps its digits where defects are few.
        sigma = isBetween ? Self.shift - StandardNormal.quantile(Double(defects) / Double(opportunities)) : nil
    }
}
