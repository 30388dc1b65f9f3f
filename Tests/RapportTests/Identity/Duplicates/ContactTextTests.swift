@testable import Rapport
import Testing

/// Addresses, birthdays and mailboxes in the form that they are compared in.
@Suite struct ContactTextTests {
    @Test(arguments: [
        ("12 Baker Street", "Baker St. 12", AddressText.Likeness.same), ("Hauptstraße 7", "HAUPTSTR. 7", .same),
        ("Hauptstrasse 7", "Hauptstr 7", .same), ("南京路１２号", "南京路12号", .same), ("Mill Road 4", "Mil Road 4", .similar),
        ("12 Baker Street", "13 Baker Street", .different), ("12 Baker Street", "12 Station Road", .different),
    ])
    func addresses(left: String, right: String, likeness: AddressText.Likeness) throws {
        let (left, right) = (try #require(AddressText(left)), try #require(AddressText(right)))
        #expect(left.likeness(to: right) == likeness)
        #expect(right.likeness(to: left) == likeness)
        #expect((left.key == right.key) == (likeness == .same))
    }

    @Test func aNumberAloneIsNoAddress() {
        #expect(AddressText("12") == nil)
        #expect(AddressText("") == nil)
    }

    @Test(arguments: [
        ("1980-03-07", "1980-03-07", BirthdayText.Likeness.same), ("1980-03-07", "1980-07-03", .typo),
        ("1980-03-07", "1981-03-07", .typo), ("1980-03-07", "1980", .compatible),
        ("1980-03", "1980-03-07", .compatible),
        ("1980-03-07", "1979", .different), ("1980-03-07", "1965-11-30", .different),
    ])
    func birthdays(left: String, right: String, likeness: BirthdayText.Likeness) throws {
        let (left, right) = (try #require(BirthdayText(left)), try #require(BirthdayText(right)))
        #expect(left.likeness(to: right) == likeness)
        #expect(right.likeness(to: left) == likeness)
    }

    @Test(arguments: [
        "", "80", "1980-13-01", "1980-00-01", "1980-01-32", "1980-1-1", "7.3.1980", "1980-01-01-01", "-980",
    ])
    func otherTextsAreNoBirthday(text: String) {
        #expect(BirthdayText(text) == nil)
    }

    @Test func aMailboxIsTheSameWhateverStandsBehindThePlus() {
        #expect(EmailText("Anna+shop@Example.com")?.address == EmailText("anna@example.com")?.address)
        #expect(EmailText("anna@example.org")?.address != EmailText("anna@example.com")?.address)
        #expect(EmailText("info@example.com")?.isShared == true)
        #expect(EmailText("anna@example.com")?.isShared == false)
        #expect(EmailText(" ") == nil)
        #expect(EmailText("+@example.com")?.local == Array("+".utf8))
    }
}
