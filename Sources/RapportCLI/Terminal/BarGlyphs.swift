/// Bars of block elements.
enum BarGlyphs {
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// A bar of `value` where `largest` is `width` columns long, to the eighth of a column below.
    ///
    /// Any positive value shows at least one eighth; zero and less show nothing.
    static func bar(of value: Int, outOf largest: Int, width: Int) -> String {
        guard value > 0, largest > 0, width > 0 else { return "" }
        let product = Int128(min(value, largest)) * Int128(width) * 8
        let length = max(1, Int(product / Int128(largest)))
        return String(repeating: "█", count: length / 8) + eighths[length % 8]
    }
}
