/// A part of a definition, by the names that a document has for it: `steps[1].within`.
struct DefinitionPart: Hashable, Sendable {
    /// A name on the way.
    enum Name: Hashable, Sendable {
        /// The value under a key.
        case key(String)
        /// An element of a list, from 0; the first is also the one value that stands in a list's stead.
        case item(Int)
    }

    /// From the outermost on.
    private(set) var names: [Name]

    /// The whole definition.
    init() {
        names = []
    }

    /// What stands under a key of the definition.
    init(_ key: String) {
        names = [.key(key)]
    }

    /// What stands under a key of this part.
    func key(_ key: String) -> DefinitionPart { adding(.key(key)) }

    /// An element of this part, from 0.
    func item(_ number: Int) -> DefinitionPart { adding(.item(number)) }

    /// This part, and a name more.
    private func adding(_ name: Name) -> DefinitionPart {
        var part = self
        part.names.append(name)
        return part
    }

    /// `steps[1].within`.
    var text: String {
        names.reduce(into: "") { text, name in
            switch name {
            case .key(let key): text += text.isEmpty ? key : "." + key
            case .item(let number): text += "[\(number)]"
            }
        }
    }
}
