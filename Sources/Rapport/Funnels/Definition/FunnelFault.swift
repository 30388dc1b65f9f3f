/// What is wrong with a definition, and in which part of it.
struct FunnelFault: Error {
    let part: FunnelPart
    let code: FunnelDefinitionError.Code
    let reason: String

    init(_ part: FunnelPart, _ code: FunnelDefinitionError.Code, _ reason: String) {
        self.part = part
        self.code = code
        self.reason = reason
    }
}

/// A part of a definition, by the names that a document has for it: `steps[1].within`.
struct FunnelPart: Hashable, Sendable {
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

    func key(_ key: String) -> FunnelPart { adding(.key(key)) }

    func item(_ number: Int) -> FunnelPart { adding(.item(number)) }

    private func adding(_ name: Name) -> FunnelPart {
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
