import ArgumentParser

/// In which language a page is.
enum PageLanguage: String, CaseIterable, Sendable, ExpressibleByArgument {
    case english = "en"
    case chinese = "zh"

    /// As HTML names it: Chinese is in simplified characters.
    var tag: String {
        switch self {
        case .english: "en"
        case .chinese: "zh-Hans"
        }
    }
}
