import Foundation
@testable import LMDB
import Testing
import TestSupport

/// Random changes of single bytes: the walk always ends, and finds every change of what leads LMDB through a file.
@Suite(.timeLimit(.minutes(5))) struct PageFlipTests {
    private let file: SampleFile
    private let map: PageMap
    private let handle: FileHandle

    init() throws {
        file = try SampleFile()
        map = PageMap(file.sound)
        handle = try #require(FileHandle(forUpdatingAtPath: file.path))
    }

    /// What the walk finds after the byte at `offset` was changed by `bits`; the byte is put back.
    private func damage(at offset: Int, bits: UInt8) throws -> PageDamage? {
        try write(file.sound[offset] ^ bits, at: offset)
        let damage = try file.damage()
        try write(file.sound[offset], at: offset)
        return damage
    }

    private func write(_ byte: UInt8, at offset: Int) throws {
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: [byte])
    }

    @Test("500 random changes of numbers that LMDB relies on are found", arguments: [1, 2])
    func changesOfStructureAreFound(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            // By field first: else most of them would be node offsets.
            let field = try #require(PageMap.Field.allCases.randomElement(using: &random))
            let place = try #require(map.places.filter { $0.field == field }.randomElement(using: &random))
            let offset = try #require(place.bytes.randomElement(using: &random))
            let bits = UInt8.random(in: 1...255, using: &random)
            let damage = try damage(at: offset, bits: bits)
            #expect(damage != nil || field.mayPass, "\(field) of page \(place.page), byte \(offset), bits \(bits)")
        }
        #expect(try file.damage() == nil)
    }

    @Test("in every page, a change of what it begins with is found as damage of that page")
    func headersOfAllPages() throws {
        let fields: Set<PageMap.Field> = [.pageNumber, .pageFlags, .lower, .upper]
        var random = SeededGenerator(seed: 1)
        for page in Set(map.places.map(\.page)).sorted() {
            let places = map.places.filter { $0.page == page && fields.contains($0.field) }
            let place = try #require(places.randomElement(using: &random))
            let damage = try damage(at: place.bytes.lowerBound, bits: 0x04)
            #expect(damage?.page.rawValue == UInt64(place.page), "\(place.field) of page \(place.page)")
        }
    }

    @Test("a walk through a file with many random bytes ends", arguments: 1...40)
    func randomBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = file.sound
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            let field = try #require(PageMap.Field.allCases.randomElement(using: &random))
            let place = try #require(map.places.filter { $0.field == field }.randomElement(using: &random))
            for offset in place.bytes { bytes[offset] = UInt8.random(in: 0...255, using: &random) }
        }
        let half = bytes.count / 2
        for _ in 0..<Int.random(in: 0...200, using: &random) {
            bytes[Int.random(in: half..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        _ = try file.damage(in: bytes)
    }
}
