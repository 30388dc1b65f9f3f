/// Constants of the standard normal distribution.
enum StandardNormal {
    /// The 97.5 % quantile: half the width, in standard errors, of a two-sided 95 % interval.
    static let z95 = 1.959963984540054
}
