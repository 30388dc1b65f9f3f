import EventLog
import Rapport
import Testing

/// What deals can be asked for by name.
@Suite struct DealNameTests {
    @Test("of an empty log nothing is known")
    func empty() async throws {
        let folder = try CRMFolder()
        _ = try await folder.crm.pipeline(atLeast: folder.head)
        #expect(try folder.crm.pipelines() == [])
        #expect(try folder.crm.dealDimensions() == [])
    }

    @Test("pipelines are those that are defined and those of deals; dimensions are those of any deal")
    func named() async throws {
        var first = DealStory.through(["1"], id: "D-1")
        first.pipeline = "web"
        var second = DealStory.through(["1"], id: "D-2")
        second.region = "north"
        var third = DealStory.through(["1"], id: "D-3")
        third.pipeline = ""
        var events = [try pipelineDefined(["1"], id: "spare")]
        for story in [first, second, third] { events += try story.events() }
        let folder = try CRMFolder(events)
        _ = try await folder.crm.pipeline(atLeast: folder.head)
        #expect(try folder.crm.pipelines() == ["sales", "spare", "web"])
        #expect(try folder.crm.dealDimensions() == ["customer", "owner", "region"])
    }
}
