/// Why no concentration can be told of values.
enum ConcentrationError: Error, Hashable {
    /// A value is below 0; its place is counted from 0.
    case negative(value: Int64, place: Int)
    /// All values together do not fit into 64 bits.
    case sumTooGreat
}

extension ConcentrationError: CustomStringConvertible {
    var description: String {
        switch self {
        case .negative(let value, let place):
            "value \(value) at place \(place) is negative; the concentration of values needs values of 0 or more"
        case .sumTooGreat:
            "the sum of all values is above \(Int64.max); the concentration of values needs a sum of 64 bits"
        }
    }
}
