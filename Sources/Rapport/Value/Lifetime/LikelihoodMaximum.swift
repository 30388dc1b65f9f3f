internal import Foundation

/// Where a log-likelihood is highest.
///
/// From each of several starts a damped Newton method climbs in the logarithms of the parameters, with exact
/// derivatives and without chance: the same data give the same digits. Sources of the damping: K. Levenberg, "A Method
/// for the Solution of Certain Non-Linear Problems in Least Squares", Quarterly of Applied Mathematics 2 (1944);
/// D. W. Marquardt, Journal of the Society for Industrial and Applied Mathematics 11 (1963).
struct LikelihoodMaximum: Sendable {
    /// The highest point.
    let point: LikelihoodPoint
    /// Of each parameter.
    let standardErrors: [Double]
    /// How many steps led to it from the best start.
    let iterations: Int
    /// The largest derivative over the size of the likelihood.
    let relativeGradient: Double

    /// How far below the highest of all climbs a maximum may be, relative to the size of the likelihood.
    private static let slack = 1e-9

    /// Climbs from each start.
    ///
    /// - Parameters:
    ///   - starts: parameters to begin with, all above 0.
    ///   - names: of the parameters, for errors.
    ///   - model: whose likelihood it is, for errors.
    ///   - observations: how many terms the likelihood is the sum of.
    /// - Throws: `LifetimeError.noMaximum` or `.didNotConverge`.
    static func search(
        from starts: [[Double]], names: [String], of model: LifetimeModel, observations: Int,
        likelihood: ([Double]) -> LikelihoodPoint
    ) throws(LifetimeError) -> LikelihoodMaximum {
        var highest: LikelihoodClimb?
        var maximum: LikelihoodClimb?
        var iterations = 0
        for start in starts {
            let climb = LikelihoodClimb(from: start, observations: observations, likelihood: likelihood)
            iterations += climb.iterations
            guard climb.point.value.isFinite else { continue }
            if climb.isAbove(highest) { highest = climb }
            if climb.ending == .converged, climb.isAbove(maximum) { maximum = climb }
        }
        if let maximum, let highest, let standardErrors = maximum.point.standardErrors,
            maximum.point.value >= highest.point.value - slack * highest.scale
        {
            return LikelihoodMaximum(
                point: maximum.point, standardErrors: standardErrors, iterations: maximum.iterations,
                relativeGradient: maximum.relativeGradient)
        }
        if let highest, case .distant(let parameter) = highest.ending {
            throw LifetimeError.noMaximum(model, parameter: names[parameter])
        }
        throw LifetimeError.didNotConverge(
            model, iterations: iterations, relativeGradient: highest?.relativeGradient ?? .infinity)
    }
}

/// One climb up a log-likelihood.
private struct LikelihoodClimb {
    /// How it ended.
    enum Ending: Equatable {
        /// At a maximum.
        case converged
        /// With the parameter of this number far from where it began, and no maximum in between.
        case distant(Int)
        /// Without either.
        case unfinished
    }

    /// A maximum is where no derivative is larger, relative to the size of the likelihood, ...
    private static let flat = 1e-9
    /// ... and Newton's step is nowhere longer than this, in the logarithm of a parameter.
    private static let near = 1e-6
    /// A lower value within this is taken for rounding, relative to the size of the likelihood.
    private static let rounding = 1e-10
    /// The farthest a parameter moves, in its logarithm: 9 million times.
    private static let reach = 16.0
    private static let mostIterations = 200
    private static let leastDamping = 1e-3
    private static let mostDamping = 1e12

    /// Where it has come to.
    private(set) var point: LikelihoodPoint
    /// How it ended.
    private(set) var ending = Ending.unfinished
    /// How many steps it took.
    private(set) var iterations = 0
    private var damping = LikelihoodClimb.leastDamping
    private let observations: Int

    init(from start: [Double], observations: Int, likelihood: ([Double]) -> LikelihoodPoint) {
        point = likelihood(start)
        self.observations = observations
        while iterations < Self.mostIterations, point.value.isFinite {
            iterations += 1
            let newton = point.step(damping: 0, scale: scale)
            if let newton, relativeGradient <= Self.flat, newton.allSatisfy({ abs($0) <= Self.near }) {
                // What is left behind this step is of the order of its square.
                let last = likelihood(point.moved(by: newton))
                if last.value.isFinite { point = last }
                ending = .converged
                return
            }
            if let parameter = start.indices.first(where: { abs(log(point.parameters[$0] / start[$0])) > Self.reach }) {
                ending = .distant(parameter)
                return
            }
            guard climb(newton, likelihood: likelihood) else { return }
        }
    }

    /// The size of the likelihood: at least 1 per observation, where terms above and below 0 cancel.
    var scale: Double { max(abs(point.value), Double(max(observations, 1))) }

    /// The largest derivative over the size of the likelihood.
    var relativeGradient: Double { point.steepness / scale }

    /// Whether it has come higher than the other, if there is one.
    func isAbove(_ other: LikelihoodClimb?) -> Bool { other.map { point.value > $0.point.value } ?? true }

    /// One step; false when none leads upwards.
    private mutating func climb(_ newton: [Double]?, likelihood: ([Double]) -> LikelihoodPoint) -> Bool {
        while damping <= Self.mostDamping {
            if let step = damping == 0 ? newton : point.step(damping: damping, scale: scale) {
                let next = likelihood(point.moved(by: step))
                if next.value.isFinite, next.value >= point.value - Self.rounding * scale {
                    point = next
                    damping = damping < Self.leastDamping / 10 ? 0 : damping / 10
                    return true
                }
            }
            damping = max(10 * damping, Self.leastDamping)
        }
        return false
    }
}
