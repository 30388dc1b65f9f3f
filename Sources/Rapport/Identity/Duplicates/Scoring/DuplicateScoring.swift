/// Compares records pair by pair; the same for either order.
struct DuplicateScoring: Sendable {
    private let records: [DuplicateRecord]
    private let blocks: DuplicateBlocks
    /// How many records have a word in a name of a person, and of an organisation.
    private let personWords: [UInt64: Int]
    private let organisationWords: [UInt64: Int]
    /// The logarithm of how many records there are, the thought ones among them.
    private let population: Int

    init(_ records: [DuplicateRecord], _ blocks: DuplicateBlocks) {
        self.records = records
        self.blocks = blocks
        personWords = Self.words(records.lazy.map(\.persons))
        organisationWords = Self.words(records.lazy.map(\.organisations))
        population = Evidence.log2(records.count + EvidenceWeights.background)
    }

    private static func words(_ records: some Sequence<[NameText]>) -> [UInt64: Int] {
        var counts: [UInt64: Int] = [:]
        // Each word of a record once.
        var own: [UInt64] = []
        for names in records {
            own.removeAll(keepingCapacity: true)
            for name in names {
                for token in name.tokens where !own.contains(token.key) { own.append(token.key) }
            }
            for word in own { counts[word, default: 0] += 1 }
        }
        return counts
    }

    /// What speaks for two records being the same, and against it. O(values²).
    func evidence(_ left: Int, _ right: Int) -> Evidence {
        let (left, right) = (records[left], records[right])
        var evidence = Evidence()
        // What people who live or work together share.
        var together: [DuplicateReason] = []
        compareNames(left, right, &evidence, &together)
        compareEmails(left, right, &evidence)
        comparePhones(left, right, &evidence, &together)
        compareOthers(left, right, &evidence)
        compareBirthdays(left, right, &evidence)
        comparePlaces(left, right, &evidence, &together)
        evidence.add(together: together)
        return evidence
    }

    // MARK: Names

    private func compareNames(
        _ left: DuplicateRecord, _ right: DuplicateRecord, _ evidence: inout Evidence,
        _ together: inout [DuplicateReason]
    ) {
        let persons = best(left.persons, right.persons, personWords, partly: EvidenceWeights.partlyOtherName)
        let organisations = best(
            left.organisations, right.organisations, organisationWords,
            partly: EvidenceWeights.partlyOtherOrganisation)
        switch (left.actsAsOrganisation, right.actsAsOrganisation) {
        case (true, true):
            if let organisations { evidence.add("organisation" + organisations.word, organisations.points) }
            if let persons { evidence.add("contact-name" + persons.word, Self.contact(persons)) }
        case (false, false):
            if let persons { evidence.add("name" + persons.word, persons.points) }
            guard let organisations else { return }
            let range = EvidenceWeights.company
            if organisations.points > 0 {
                let points = organisations.points - EvidenceWeights.name + range.lowerBound
                together.append(
                    DuplicateReason(
                        word: "company" + organisations.word,
                        points: min(max(points, range.lowerBound), range.upperBound)))
            } else {
                evidence.add("company" + organisations.word, EvidenceWeights.otherCompany)
            }
        default:
            if let organisations {
                evidence.add("organisation" + organisations.word, organisations.points)
                evidence.add("kind", EvidenceWeights.mixedKinds)
            }
            if let persons {
                evidence.add("contact-name" + persons.word, persons.points > 0 ? persons.points : Self.contact(persons))
            }
        }
    }

    private static func contact(_ likeness: WeighedName) -> Int {
        likeness.points > 0 ? EvidenceWeights.contactName : EvidenceWeights.otherContactName
    }

    /// What a name that agrees weighs at least.
    private static let leastOfSameName = 100

    private struct WeighedName {
        let word: String
        let points: Int
    }

    /// The names that agree best; nil where nothing can be said.
    private func best(
        _ left: [NameText], _ right: [NameText], _ words: [UInt64: Int], partly: Int
    ) -> WeighedName? {
        var best: WeighedName?
        for leftName in left {
            for rightName in right {
                guard let weighed = weigh(leftName.likeness(to: rightName), words, partly: partly) else { continue }
                if best.map({ ($0.points, weighed.word) < (weighed.points, $0.word) }) ?? true { best = weighed }
            }
        }
        return best
    }

    private func weigh(_ likeness: NameLikeness, _ words: [UInt64: Int], partly: Int) -> WeighedName? {
        if let lack = EvidenceWeights.lack(likeness.match) {
            let rarity = min(EvidenceWeights.mostRarity, -expected(likeness.shared, words))
            // A name that half the world bears is still one that agrees.
            return WeighedName(
                word: lack.word, points: max(Self.leastOfSameName, EvidenceWeights.name + rarity - lack.points))
        }
        switch likeness.match {
        case .partly: return WeighedName(word: "-partly-other", points: partly)
        case .different: return WeighedName(word: "-other", points: EvidenceWeights.otherName)
        default: return nil
        }
    }

    /// The logarithm of how many other records would have these words by chance. Of two spellings the one counts that
    /// more records have.
    private func expected(_ shared: [NameLikeness.SharedToken], _ words: [UInt64: Int]) -> Int {
        shared.reduce(population) { expected, token in
            let count = max(words[token.left.key] ?? 0, words[token.right.key] ?? 0)
            return expected + Self.others(count) - population
        }
    }

    /// The logarithm of how many other records have a word that `count` records have; never less for more of them.
    private static func others(_ count: Int) -> Int {
        // Beside these two, and a bit of a record more, as nothing is impossible.
        Evidence.log2(32 * max(0, count - 2) + 1) - 500
    }

    // MARK: Bounds

    /// What the name of a person weighs at most, whichever other name it is compared with, unless more words of the
    /// other one are counted than its own.
    func mostPoints(ofPerson name: NameText) -> Int { mostPoints(of: name, personWords) }

    /// As ``mostPoints(ofPerson:)``, of an organisation.
    func mostPoints(ofOrganisation name: NameText) -> Int { mostPoints(of: name, organisationWords) }

    private func mostPoints(of name: NameText, _ words: [UInt64: Int]) -> Int {
        // All words agree, with words that are as rare.
        let expected = name.tokens.reduce(population) { expected, token in
            expected + min(0, Self.others(words[token.key] ?? 0) - population)
        }
        return max(Self.leastOfSameName, EvidenceWeights.name + min(EvidenceWeights.mostRarity, -expected))
    }

    // MARK: Identifiers

    /// A shorter local part of an e-mail address says nothing of who it is.
    static let leastLocal = 5

    /// What a shared value weighs less because other records have it too.
    private func commonness(of key: BlockingKey) -> Int { Evidence.log2(max(1, blocks.count(of: key) - 1)) }

    private func compareEmails(_ left: DuplicateRecord, _ right: DuplicateRecord, _ evidence: inout Evidence) {
        if left.emails.isEmpty || right.emails.isEmpty { return }
        var best: Int?
        for email in left.emails where right.emails.contains(where: { $0.address == email.address }) {
            let points =
                EvidenceWeights.email - commonness(of: .email(email))
                - (email.isShared ? EvidenceWeights.sharedMailbox : 0)
            best = max(best ?? points, points)
        }
        if let best { return evidence.add("email", best) }
        let hasSameLocal = left.emails.contains { email in
            !email.isShared && email.local.count >= Self.leastLocal && right.emails.contains { $0.local == email.local }
        }
        if hasSameLocal {
            evidence.add("email-local", EvidenceWeights.emailLocal)
        } else {
            evidence.add("other-email", EvidenceWeights.otherEmail)
        }
    }

    private func comparePhones(
        _ left: DuplicateRecord, _ right: DuplicateRecord, _ evidence: inout Evidence,
        _ together: inout [DuplicateReason]
    ) {
        if left.phones.isEmpty || right.phones.isEmpty { return }
        var best: Int?
        for phone in left.phones {
            for other in right.phones where phone.text.isSame(as: other.text) {
                // Of the forms that they share the one counts that fewest records have.
                let shared = phone.text.forms.filter { other.text.forms.contains($0) }
                let least = shared.map { commonness(of: .phone($0)) }.min() ?? 0
                best = max(best ?? 0, EvidenceWeights.phone - least)
            }
        }
        if let best {
            together.append(DuplicateReason(word: "phone", points: best))
        } else {
            evidence.add("other-phone", EvidenceWeights.otherPhone)
        }
    }

    private func compareOthers(_ left: DuplicateRecord, _ right: DuplicateRecord, _ evidence: inout Evidence) {
        if left.others.isEmpty || right.others.isEmpty { return }
        for kind in IdentifierType.allCases {
            let (ofLeft, ofRight) = (left.others.filter { $0.kind == kind }, right.others.filter { $0.kind == kind })
            if ofLeft.isEmpty || ofRight.isEmpty { continue }
            let shared = ofLeft.filter { ofRight.contains($0) }
            let word = kind.word.replacing(" ", with: "-")
            if let least = shared.map({ commonness(of: .other($0)) }).min() {
                evidence.add(word, EvidenceWeights.identifier(kind) - least)
            } else {
                evidence.add("other-" + word, EvidenceWeights.otherIdentifier(kind))
            }
        }
    }

    // MARK: The rest

    private func compareBirthdays(_ left: DuplicateRecord, _ right: DuplicateRecord, _ evidence: inout Evidence) {
        let likenesses = left.birthdays.flatMap { birthday in right.birthdays.map { birthday.likeness(to: $0) } }
        if likenesses.isEmpty { return }
        if likenesses.contains(.same) { return evidence.add("birthday", EvidenceWeights.birthday) }
        if likenesses.contains(.compatible) { return evidence.add("birth-year", EvidenceWeights.birthYear) }
        if likenesses.contains(.typo) { return evidence.add("birthday-typo", EvidenceWeights.birthdayTypo) }
        evidence.add("other-birthday", EvidenceWeights.otherBirthday)
    }

    private func comparePlaces(
        _ left: DuplicateRecord, _ right: DuplicateRecord, _ evidence: inout Evidence,
        _ together: inout [DuplicateReason]
    ) {
        var isSameAddress = false
        let likenesses = left.addresses.flatMap { address in
            right.addresses.map { (address, address.likeness(to: $0)) }
        }
        if let (address, _) = likenesses.first(where: { $0.1 == .same }) {
            isSameAddress = true
            let points = EvidenceWeights.address - commonness(of: .address(address))
            together.append(DuplicateReason(word: "address", points: max(0, points)))
        } else if likenesses.contains(where: { $0.1 == .similar }) {
            isSameAddress = true
            together.append(DuplicateReason(word: "address-similar", points: EvidenceWeights.similarAddress))
        } else if !likenesses.isEmpty {
            evidence.add("other-address", EvidenceWeights.otherAddress)
        }
        if isSameAddress || left.cities.isEmpty || right.cities.isEmpty { return }
        if left.cities.contains(where: { right.cities.contains($0) }) {
            evidence.add("city", EvidenceWeights.city)
        } else {
            evidence.add("other-city", EvidenceWeights.otherCity)
        }
    }
}

extension DuplicateRecord {
    /// Whether it is known as an organisation: one, or a lead of one without a person.
    var actsAsOrganisation: Bool { isOrganisation || (persons.isEmpty && !organisations.isEmpty) }
}
