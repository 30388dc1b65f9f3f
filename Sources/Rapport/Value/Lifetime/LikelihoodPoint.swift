internal import Foundation

/// A log-likelihood at one point of its parameters, all above 0, with its derivatives by their logarithms.
struct LikelihoodPoint: Sendable {
    /// The parameters, above 0.
    let parameters: [Double]
    /// The log-likelihood.
    let value: Double
    /// Its derivatives by the logarithms of the parameters.
    let gradient: [Double]
    /// Its second derivatives by the logarithms of the parameters; symmetric.
    let hessian: [[Double]]

    /// From the derivatives by the parameters themselves: ∂ℓ/∂ln θᵢ = θᵢ ∂ℓ/∂θᵢ, and
    /// ∂²ℓ/∂ln θᵢ∂ln θⱼ = θᵢθⱼ ∂²ℓ/∂θᵢ∂θⱼ + [i = j] θᵢ ∂ℓ/∂θᵢ.
    ///
    /// - Parameter hessian: only what is on and above the diagonal is looked at.
    init(parameters: [Double], value: Double, gradient: [Double], hessian: [[Double]]) {
        self.parameters = parameters
        self.value = value
        let scaled = zip(gradient, parameters).map { $0 * $1 }
        self.gradient = scaled
        self.hessian = parameters.indices.map { row -> [Double] in
            parameters.indices.map { column -> Double in
                let second = hessian[min(row, column)][max(row, column)] * parameters[row] * parameters[column]
                return row == column ? second + scaled[row] : second
            }
        }
    }

    /// The size of the largest derivative.
    var steepness: Double { gradient.reduce(0.0) { max($0, abs($1)) } }

    /// The step upwards in the logarithms of the parameters, at most 2 in each: Newton's without damping, and the more
    /// damping the shorter (Levenberg and Marquardt). Nil where the damped likelihood is not concave.
    ///
    /// - Parameter scale: the size of the likelihood; what is very small compared with it counts as that small.
    func step(damping: Double, scale: Double) -> [Double]? {
        let curvature = parameters.indices.map { row -> [Double] in
            parameters.indices.map { column -> Double in
                let negated = -hessian[row][column]
                return row == column ? negated + damping * max(abs(negated), 1e-12 * scale) : negated
            }
        }
        guard let step = CholeskyFactor(curvature)?.solve(gradient) else { return nil }
        let largest = step.reduce(0.0) { max($0, abs($1)) }
        return largest > 2 ? step.map { $0 * 2 / largest } : step
    }

    /// The parameters after a step in their logarithms.
    func moved(by step: [Double]) -> [Double] { zip(parameters, step).map { $0 * exp($1) } }

    /// The standard errors of the parameters at a maximum, from the inverse of the negated Hessian; nil where that is
    /// not concave.
    var standardErrors: [Double]? {
        guard let factor = CholeskyFactor(hessian.map { $0.map { -$0 } }) else { return nil }
        return parameters.indices.map { index in
            let unit = parameters.indices.map { $0 == index ? 1.0 : 0.0 }
            return parameters[index] * factor.solve(unit)[index].squareRoot()
        }
    }
}

/// The lower triangle L of a symmetric positive definite matrix A = LLᵀ.
struct CholeskyFactor: Sendable {
    /// Each row up to its diagonal.
    private let rows: [[Double]]

    /// Nil when the matrix is not positive definite, or holds what is no number. O(n³).
    init?(_ matrix: [[Double]]) {
        var rows: [[Double]] = []
        for index in matrix.indices {
            var row: [Double] = []
            for column in 0...index {
                let other = column == index ? row : rows[column]
                let rest = (0..<column).reduce(matrix[index][column]) { $0 - row[$1] * other[$1] }
                if column == index {
                    guard rest > 0, rest.isFinite else { return nil }
                    row.append(rest.squareRoot())
                } else {
                    row.append(rest / other[column])
                }
            }
            rows.append(row)
        }
        self.rows = rows
    }

    /// x with Ax = `right`. O(n²).
    func solve(_ right: [Double]) -> [Double] {
        var solution = right
        for index in rows.indices {
            let rest = (0..<index).reduce(solution[index]) { $0 - rows[index][$1] * solution[$1] }
            solution[index] = rest / rows[index][index]
        }
        for index in rows.indices.reversed() {
            let rest = (index + 1..<rows.count).reduce(solution[index]) { $0 - rows[$1][index] * solution[$1] }
            solution[index] = rest / rows[index][index]
        }
        return solution
    }
}
