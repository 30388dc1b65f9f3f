import Rapport
import Testing

@Suite struct PersonalLookingTests {
    @Test(
        arguments: [
            ("ann@example.org", .email), ("ann.b+c@mail.example.co.uk", .email), ("李@例子.公司.cn", .email),
            ("+49 170 1234567", .phone), ("+8613812345678", .phone), ("13812345678", .phone), ("555-123-4567", .phone),
            ("(555) 123-4567", .phone), ("660.485.0224", .phone), ("11010519491231002X", .identityCard),
            ("11010519491231002x", .identityCard), ("123-45-6789", .identityCard),
        ] as [(String, PersonalLooking)])
    func personalValuesAreFlagged(id: String, expected: PersonalLooking) {
        #expect(PersonalLooking(id: id) == expected)
    }

    @Test(arguments: [
        "C-42", "1C1I7A6R", "Z063OYW0", "Acme Corporation", "Gekko & Co", "J-Texon", "The New York Inquirer", "2016-17",
        "2016-05-15", "5420aad7fec3549a85876ba1c529bd84", "12345678901234567890123456789012", "48760000002220001",
        "0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77", "12345678", "12345678901", "1000000000000", "@home", "a@b", "sales@",
        "a b@example.org", "110105194912310021", "110105194913310029", "440524188001010014", "123-456-789",
        "000-12-3456", "+1", "GTX-5000-100", "ddd.ddd.dddd", "d55-1d3-4d67", "ddd-dd-dddd",
    ])
    func opaqueIdsAreNot(id: String) {
        #expect(PersonalLooking(id: id) == nil)
    }
}
