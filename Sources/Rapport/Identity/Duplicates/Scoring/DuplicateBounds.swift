/// The most that the comparison of two records can come to (``DuplicateScoring``), without looking at a text.
///
/// Values are numbers here, the same for equal ones, and names are what they weigh at most: a name that is borne often
/// says little even where it agrees. Most pairs that share a key are far from being the same, and are let go by this.
/// Where something is not known without a closer look, the best is taken; so no pair that has enough points is missed.
struct DuplicateBounds: Sendable {
    /// What a record has of names.
    private struct NameReach: Sendable {
        /// What the heaviest of them weighs at most; nil where there is none.
        let points: Int?
        /// How many letters it has, where it is the only one.
        let letters: Int?
    }

    private let emails: NumberedValues
    private let locals: NumberedValues
    private let phones: NumberedValues
    private let others: NumberedValues
    private let addresses: NumberedValues
    private let cities: NumberedValues
    private let birthdays: NumberedValues

    /// What it weighs that two records have the same value, by its number.
    private let emailPoints: [Int]
    private let otherPoints: [Int]
    private let addressPoints: [Int]
    /// By the number of the value.
    private let phoneTexts: [IdentifierText]
    private let otherKinds: [IdentifierType]
    private let addressTexts: [AddressText]
    /// What stands for the numbers of an address, and for the whole number of a phone where its country is known.
    private let addressNumbers: [Int32]
    private let internationals: [Int32?]
    private let birthdayTexts: [BirthdayText]
    /// By record.
    private let persons: [NameReach]
    private let organisations: [NameReach]
    private let actsAsOrganisation: [Bool]

    /// O(values).
    init(_ records: [DuplicateRecord], _ scoring: DuplicateScoring) {
        let emails = NumberedValues.Maker(records) { $0.emails }
        self.emails = emails.numbers
        emailPoints = zip(emails.values, emails.counts).map { email, count in
            EvidenceWeights.email - Evidence.log2(max(1, count - 1))
                - (email.isShared ? EvidenceWeights.sharedMailbox : 0)
        }
        locals =
            NumberedValues.Maker(records) { record in
                record.emails.map(\.local).filter { $0.count >= DuplicateScoring.leastLocal }
            }.numbers
        let phones = NumberedValues.Maker(records) { record in record.phones.map { PhoneForms($0.text) } }
        self.phones = phones.numbers
        phoneTexts = phones.values.map(\.text)
        var knownInternationals: [String: Int32] = [:]
        internationals = phones.values.map { phone in
            phone.text.international.map { Self.number(of: $0, in: &knownInternationals) }
        }
        let others = NumberedValues.Maker(records) { $0.others }
        self.others = others.numbers
        otherKinds = others.values.map(\.kind)
        otherPoints = zip(others.values, others.counts).map { other, count in
            EvidenceWeights.identifier(other.kind) - Evidence.log2(max(1, count - 1))
        }
        let addresses = NumberedValues.Maker(records) { $0.addresses }
        self.addresses = addresses.numbers
        addressTexts = addresses.values
        var knownNumbers: [[[UInt8]]: Int32] = [:]
        addressNumbers = addresses.values.map { Self.number(of: $0.numbers, in: &knownNumbers) }
        addressPoints = addresses.counts.map { max(0, EvidenceWeights.address - Evidence.log2(max(1, $0 - 1))) }
        cities = NumberedValues.Maker(records) { $0.cities }.numbers
        let birthdays = NumberedValues.Maker(records) { $0.birthdays }
        self.birthdays = birthdays.numbers
        birthdayTexts = birthdays.values
        persons = records.map { Self.reach(of: $0.persons) { scoring.mostPoints(ofPerson: $0) } }
        organisations = records.map { Self.reach(of: $0.organisations) { scoring.mostPoints(ofOrganisation: $0) } }
        actsAsOrganisation = records.map(\.actsAsOrganisation)
    }

    private static func number<Value: Hashable>(of value: Value, in known: inout [Value: Int32]) -> Int32 {
        if let number = known[value] { return number }
        let number = Int32(known.count)
        known[value] = number
        return number
    }

    private static func reach(of names: [NameText], _ points: (NameText) -> Int) -> NameReach {
        let letters = names.count == 1 ? names[0].tokens.reduce(0) { $0 + $1.short.count } : nil
        return NameReach(points: names.map(points).max(), letters: letters)
    }

    /// No less than the points of the evidence for two records being the same. O(values²).
    func points(_ left: Int, _ right: Int) -> Int {
        var points = Evidence.prior
        points += ofEmails(left, right) + ofOthers(left, right) + ofBirthdays(left, right)
        let phone = ofPhones(left, right)
        let place = ofPlaces(left, right)
        let isLeftOrganisation = actsAsOrganisation[left]
        let isRightOrganisation = actsAsOrganisation[right]
        let person = Self.most(persons[left], persons[right])
        let organisation = Self.most(organisations[left], organisations[right])
        var company = 0
        if isLeftOrganisation, isRightOrganisation {
            points += organisation ?? 0
            if person != nil { points += EvidenceWeights.contactName }
        } else if !isLeftOrganisation, !isRightOrganisation {
            points += person ?? 0
            if organisation != nil { company = EvidenceWeights.company.upperBound }
        } else {
            if let organisation { points += organisation + EvidenceWeights.mixedKinds }
            points += person ?? 0
        }
        return points + phone.against + place.against + Self.together(phone.points, place.points, company)
    }

    /// Of what explains each other the strongest counts whole, the others a quarter.
    private static func together(_ first: Int, _ second: Int, _ third: Int) -> Int {
        let most = max(first, second, third)
        return most - most / 4 + first / 4 + second / 4 + third / 4
    }

    /// Two names agree by words of both, so neither weighs more than it can; only where they are written together are
    /// those of one counted, and then they have as many letters.
    private static func most(_ left: NameReach, _ right: NameReach) -> Int? {
        guard let ofLeft = left.points, let ofRight = right.points else { return nil }
        if let leftLetters = left.letters, let rightLetters = right.letters, leftLetters != rightLetters {
            return min(ofLeft, ofRight)
        }
        return max(ofLeft, ofRight)
    }

    // MARK: Identifiers

    private func ofEmails(_ left: Int, _ right: Int) -> Int {
        guard emails.isThere(left, right) else { return 0 }
        if let points = emails.best(left, right, emailPoints) { return points }
        return locals.sharesValue(left, right) ? EvidenceWeights.emailLocal : EvidenceWeights.otherEmail
    }

    private func ofPhones(_ left: Int, _ right: Int) -> (points: Int, against: Int) {
        guard phones.isThere(left, right) else { return (0, 0) }
        for first in phones.range(of: left) {
            let one = phones.number(at: first)
            let isShared = phones.range(of: right).contains { isSamePhone(one, phones.number(at: $0)) }
            if isShared { return (EvidenceWeights.phone, 0) }
        }
        return (0, EvidenceWeights.otherPhone)
    }

    private func isSamePhone(_ one: Int, _ other: Int) -> Bool {
        if one == other { return true }
        if let ofOne = internationals[one], let ofOther = internationals[other], ofOne != ofOther { return false }
        return phoneTexts[one].isSame(as: phoneTexts[other])
    }

    private func ofOthers(_ left: Int, _ right: Int) -> Int {
        guard others.isThere(left, right) else { return 0 }
        // Each kind once: that of the first identifier of it.
        var points = 0
        let ofLeft = others.range(of: left)
        for place in ofLeft {
            let kind = otherKinds[others.number(at: place)]
            let isFirst = !(ofLeft.lowerBound..<place).contains { otherKinds[others.number(at: $0)] == kind }
            if isFirst { points += ofOthers(kind, left, right) }
        }
        return points
    }

    private func ofOthers(_ kind: IdentifierType, _ left: Int, _ right: Int) -> Int {
        var isThere = false
        var best: Int?
        for second in others.range(of: right) {
            let number = others.number(at: second)
            guard otherKinds[number] == kind else { continue }
            isThere = true
            if others.has(number, left) { best = max(best ?? otherPoints[number], otherPoints[number]) }
        }
        if let best { return best }
        return isThere ? EvidenceWeights.otherIdentifier(kind) : 0
    }

    // MARK: The rest

    private func ofBirthdays(_ left: Int, _ right: Int) -> Int {
        guard birthdays.isThere(left, right) else { return 0 }
        var best = EvidenceWeights.otherBirthday
        for first in birthdays.range(of: left) {
            for second in birthdays.range(of: right) {
                let likeness = birthdayTexts[birthdays.number(at: first)]
                    .likeness(to: birthdayTexts[birthdays.number(at: second)])
                best = max(best, EvidenceWeights.weight(of: likeness))
            }
        }
        return best
    }

    private func ofPlaces(_ left: Int, _ right: Int) -> (points: Int, against: Int) {
        var against = 0
        if addresses.isThere(left, right) {
            if let points = addresses.best(left, right, addressPoints) { return (points, 0) }
            if hasSimilarAddress(left, right) { return (EvidenceWeights.similarAddress, 0) }
            against = EvidenceWeights.otherAddress
        }
        guard cities.isThere(left, right) else { return (0, against) }
        return (0, against + (cities.sharesValue(left, right) ? EvidenceWeights.city : EvidenceWeights.otherCity))
    }

    private func hasSimilarAddress(_ left: Int, _ right: Int) -> Bool {
        for first in addresses.range(of: left) {
            for second in addresses.range(of: right) {
                let (one, other) = (addresses.number(at: first), addresses.number(at: second))
                guard addressNumbers[one] == addressNumbers[other] else { continue }
                if addressTexts[one].likeness(to: addressTexts[other]) != .different { return true }
            }
        }
        return false
    }
}

/// A phone number that is the same as another one where all of its forms are.
private struct PhoneForms: Hashable {
    let text: IdentifierText

    init(_ text: IdentifierText) { self.text = text }

    func hash(into hasher: inout Hasher) { hasher.combine(text.forms) }
}
