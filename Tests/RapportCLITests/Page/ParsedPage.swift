import Foundation

/// A page of HTML taken apart, as strictly as this program writes it: each element that is begun is ended in its order,
/// and nothing stands unescaped.
struct ParsedPage {
    /// What is wrong with a page.
    struct Malformed: Error {
        let reason: String
    }

    /// A row of a table: of each cell the figure as JSON has it, or else the text.
    typealias Row = [String]

    /// The tables of each section, by the id of the section.
    private(set) var tables: [String: [[Row]]] = [:]
    /// What each tag is, in order: its name and the text of its attributes.
    private(set) var tags: [(name: String, attributes: String)] = []
    /// All that is shown, without scripts and styles.
    private(set) var text = ""
    /// What the elements `script` hold, in order.
    private(set) var scripts: [String] = []

    private var open: [String] = []
    private var section = ""
    private var cell: String?
    private var figure: String?

    init(_ html: String) throws {
        guard html.hasPrefix("<!DOCTYPE html>\n") else { throw Malformed(reason: "no DOCTYPE") }
        var rest = html.dropFirst("<!DOCTYPE html>".count)
        while let start = rest.firstIndex(of: "<") {
            try add(text: rest[..<start])
            guard let end = rest[start...].firstIndex(of: ">") else { throw Malformed(reason: "a tag without end") }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            let name = String(tag.prefix { $0.isLetter || $0.isNumber })
            if name == "script" || name == "style" {
                guard let close = rest.range(of: "</\(name)>") else { throw Malformed(reason: "\(name) without end") }
                if name == "script" { scripts.append(String(rest[..<close.lowerBound])) }
                rest = rest[close.upperBound...]
                tags.append((name, String(tag.dropFirst(name.count))))
            } else {
                try add(tag: tag, name)
            }
        }
        try add(text: rest)
        guard open.isEmpty else { throw Malformed(reason: "not ended: \(open)") }
    }

    private mutating func add(tag: Substring, _ name: String) throws {
        if tag.hasPrefix("/") {
            let name = String(tag.dropFirst())
            guard open.last == name else { throw Malformed(reason: "</\(name)> within \(open)") }
            open.removeLast()
            if name == "td" || name == "th" { endCell() }
            return
        }
        let attributes = String(tag.dropFirst(name.count))
        guard !name.isEmpty, attributes.filter({ $0 == "\"" }).count.isMultiple(of: 2) else {
            throw Malformed(reason: "<\(tag)>")
        }
        tags.append((name, attributes))
        if name != "meta" { open.append(name) }
        switch name {
        case "section": section = Self.attribute("id", attributes) ?? ""
        case "table": tables[section, default: []].append([])
        case "tr":
            let last = tables[section, default: []].count - 1
            guard last >= 0 else { throw Malformed(reason: "a row without a table") }
            tables[section]?[last].append([])
        case "td", "th": cell = ""
        case "data": figure = Self.attribute("value", attributes)
        default: break
        }
    }

    private mutating func endCell() {
        let lastTable = tables[section, default: []].count - 1
        guard lastTable >= 0, let lastRow = tables[section]?[lastTable].indices.last else { return }
        tables[section]?[lastTable][lastRow].append(figure ?? cell ?? "")
        (cell, figure) = (nil, nil)
    }

    private mutating func add(text piece: Substring) throws {
        guard !piece.contains(">") else { throw Malformed(reason: "unescaped: \(piece.prefix(80))") }
        let shown = Self.unescaped(String(piece))
        text += shown
        if cell != nil { cell? += shown }
    }

    /// The value of an attribute; nil where there is none.
    static func attribute(_ name: String, _ attributes: String) -> String? {
        guard let start = attributes.range(of: " \(name)=\"") else { return nil }
        return unescaped(String(attributes[start.upperBound...].prefix { $0 != "\"" }))
    }

    private static func unescaped(_ text: String) -> String {
        let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        return names.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}

extension ParsedPage {
    /// The rows of a table of a section, without that of the titles.
    func rows(_ section: String, _ number: Int = 0) -> [Row] {
        guard let tables = tables[section], number < tables.count else { return [] }
        return Array(tables[number].dropFirst())
    }

    /// The values of an attribute of all elements of a name.
    func values(of attribute: String, _ name: String) -> [String] {
        tags.filter { $0.name == name }.compactMap { Self.attribute(attribute, $0.attributes) }
    }
}
