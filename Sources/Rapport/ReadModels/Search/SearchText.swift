internal import Foundation

/// Text in the form that it is searched in: Müller, MÜLLER and ｍｕｌｌｅｒ are found by `muller`.
///
/// Compatibility decomposition (Unicode NFKD), without marks that take no space of their own, in capitals and then in
/// lower case. The
/// tables are those of the Unicode version that Swift comes with; where one of them changes, so does the version of
/// ``SearchModel``.
enum SearchText {
    static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var folded = ""
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars
        where scalar.properties.generalCategory != .nonspacingMark {
            // By way of capitals, which ß, ς and ı share with ss, σ and i; the capital ẞ only by way of ß.
            for small in scalar.properties.lowercaseMapping.unicodeScalars {
                for capital in small.properties.uppercaseMapping.unicodeScalars {
                    folded += capital.properties.lowercaseMapping
                }
            }
        }
        return folded
    }
}
