import EventLog
import Foundation
import Rapport
import SwiftProtobuf
import Testing

/// Orders, cases and leads.
extension PublicDataImportTests {
    private static func counts(_ report: ImportReport) -> [String: Int] {
        Dictionary(report.events.map { ($0.name, $0.count) }, uniquingKeysWith: +)
    }

    @Test func purchasesBecomeOrdersOfTwoSetsOfCustomers() async throws {
        let folder = ImportFolder()
        let paths = [
            try folder.write(
                "CDNOW_master.txt",
                " customer_id  date number_of_cds  dollar_value\r\n 00004 19970101  2   29.33\r\n"
                    + " 00004 19970101  2   29.33\r\n 00018 19970104 12    0.00\r\n"),
            try folder.write(
                "CDNOW_sample.txt", " 00004 0001 19970101  2   29.33\r\n 00018 0002 19970104  1   14.96\r\n"),
        ]
        let report = try await folder.run(try mapping("cdnow"), paths)
        #expect(report.badRows == [] && report.warnings == [] && report.changedRowCount == 0)
        #expect(
            folder.events.map(\.head) == [
                "1997-01-01T00:00:00Z customer:master-00004",
                "1997-01-01T00:00:00Z order:master-1 customer:master-00004",
                "1997-01-01T00:00:00Z order:master-2 customer:master-00004",
                "1997-01-04T00:00:00Z customer:master-00018",
                "1997-01-04T00:00:00Z order:master-3 customer:master-00018",
                "1997-01-01T00:00:00Z customer:sample-0001",
                "1997-01-01T00:00:00Z order:sample-1 customer:sample-0001",
                "1997-01-04T00:00:00Z customer:sample-0002",
                "1997-01-04T00:00:00Z order:sample-2 customer:sample-0002",
            ])
        #expect(folder.events[1].id.description == "93d8f039-aacf-8443-844c-0d47f7c5a49b")
        #expect(folder.events[6].id.description == "d8518b91-4191-8d9a-a03a-4b7e56db8e97")
        #expect(
            try folder.events[0].json == #"{"customerId":"master-00004","kind":"CUSTOMER_KIND_PERSON","channel":"web","#
                + #""attributes":[{"name":"set","value":"master"}]}"#)
        let order = try OrderPlaced(serializedBytes: folder.events[1].data)
        #expect(order.orderID == "master-1" && order.customerID == "master-00004" && order.channel == "web")
        #expect(order.attributes.map { "\($0.name)=\($0.value)" } == ["set=master"])
        let lines = try folder.events.filter { $0.type == OrderPlaced.eventType }
            .map { try OrderPlaced(serializedBytes: $0.data).lines }
        #expect(lines.allSatisfy { $0.count == 1 && $0[0].sku == "cd" && $0[0].net.currency == "USD" })
        #expect(lines.map { $0[0].quantityMilli } == [2_000, 2_000, 12_000, 2_000, 1_000])
        #expect(lines.map { $0[0].net.minorUnits } == [2_933, 2_933, 0, 2_933, 1_496])
        #expect(try await folder.run(try mapping("cdnow"), paths).appended == 0)
    }

    private static let tickets = """
        Case ID,Activity,Resource,Complete Timestamp,Variant,Variant index,Variant,seriousness,customer,product,\
        responsible_section,seriousness_2,service_level,service_type,support_section,workgroup
        Case 1,Insert ticket,Value 1,2012/10/09 14:50:17.000,V,1,V,Value 1,Value 9,P,RS,Value 2,SL,ST,SS,WG
        Case 1,Assign seriousness,Value 1,2012/10/09 14:51:00.000,V,1,V,Value 1,Value 9,P,RS,Value 1,SL,ST,SS,WG
        Case 1,Take in charge ticket,Value 2,2012/10/09 14:52:00.000,V,1,V,Value 1,Value 9,P,RS,Value 1,SL,ST,SS,WG
        Case 1,Take in charge ticket,Value 2,2012/10/09 14:52:00.000,V,1,V,Value 1,Value 9,P,RS,Value 1,SL,ST,SS,WG
        Case 1,Create SW anomaly,Value 2,2012/10/10 09:00:00.000,V,1,V,Value 1,Value 9,P,RS,Value 1,SL,ST,SS,WG
        Case 1,Resolve ticket,Value 2,2012/10/11 09:00:00.000,V,1,V,Value 1,Value 9,P,RS,Value 1,SL,ST,SS,WG
        Case 1,Closed,Value 5,2012/10/12 09:00:00.000,V,1,V,Value 1,Value 9,P,RS,Value 1,SL,ST,SS,WG
        Case 1,VERIFIED,Value 5,2012/10/13 09:00:00.000,V,1,V,Value 1,Value 9,P,RS,Value 1,SL,ST,SS,WG
        Case 2,Wait,Value 3,2012/10/09 08:00:00.000,V,1,V,Value 1,Value 7,P,RS,Value 3,SL,ST,SS,WG

        """

    @Test func activitiesBecomeEventsOfCases() async throws {
        let folder = ImportFolder()
        let path = try folder.write("helpdesk.csv", Self.tickets)
        let report = try await folder.run(try mapping("helpdesk"), [path])
        #expect(report.badRows == [] && report.warnings == [] && report.changedRowCount == 0)
        let events = folder.events.map { "\($0.type.name.dropFirst(15)) \($0.head)" }
        let case1 = "case:Case 1 customer:Value 9"
        #expect(
            events == [
                "CaseOpened 2012-10-09T14:50:17Z \(case1)", "CaseClassified 2012-10-09T14:51:00Z \(case1)",
                "CaseAssigned 2012-10-09T14:52:00Z \(case1)", "CaseAssigned 2012-10-09T14:52:00Z \(case1)",
                "CaseClassified 2012-10-10T09:00:00Z \(case1)", "CaseWaiting 2012-10-10T09:00:00Z \(case1)",
                "CaseResolved 2012-10-11T09:00:00Z \(case1)", "CaseClosed 2012-10-12T09:00:00Z \(case1)",
                "CaseClassified 2012-10-13T09:00:00Z \(case1)",
                "CaseOpened 2012-10-09T08:00:00Z case:Case 2 customer:Value 7",
                "CaseWaiting 2012-10-09T08:00:00Z case:Case 2 customer:Value 7",
            ])
        #expect(folder.events.first?.id.description == "07ab3d7b-e9ca-86e9-8db0-a3f029a91b5c")
        let opened = try CaseOpened(serializedBytes: folder.events[0].data)
        #expect(opened.caseID == "Case 1" && opened.customerID == "Value 9" && opened.severity == "Value 2")
        #expect(
            opened.attributes.map { "\($0.name)=\($0.value)" } == [
                "first_severity=Value 2", "product=P", "service_level=SL", "service_type=ST", "support_section=SS",
                "responsible_section=RS", "workgroup=WG",
            ])
        #expect(
            try folder.events[1..<9].map { try $0.json } == [
                #"{"caseId":"Case 1","severity":"Value 1"}"#, #"{"caseId":"Case 1","to":"Value 2"}"#,
                #"{"caseId":"Case 1","to":"Value 2"}"#, #"{"caseId":"Case 1","category":"sw_anomaly"}"#,
                #"{"caseId":"Case 1","on":"vendor"}"#, #"{"caseId":"Case 1","resolution":"ticket"}"#,
                #"{"caseId":"Case 1"}"#, #"{"caseId":"Case 1","category":"sw_anomaly"}"#,
            ])
        #expect(try folder.events[10].json == #"{"caseId":"Case 2","on":"customer"}"#)
    }

    @Test func leadsAndTheDealsTheyBecameAreImported() async throws {
        let folder = ImportFolder()
        let paths = [
            try folder.write(
                "olist_marketing_qualified_leads_dataset.csv",
                "mql_id,first_contact_date,landing_page_id,origin\nm1,2018-02-01,p1,social\nm2,2018-02-02,p1,\n"
                    + "m3,2018-02-03,p2,unknown\n"),
            try folder.write(
                "olist_closed_deals_dataset.csv",
                "mql_id,seller_id,sdr_id,sr_id,won_date,business_segment,lead_type,lead_behaviour_profile,has_company,"
                    + "has_gtin,average_stock,business_type,declared_product_catalog_size,declared_monthly_revenue\n"
                    + "m1,s1,sdr1,sr1,2018-02-26 19:58:54,pet,online_medium,,,,,reseller,,0.0\n"),
        ]
        try folder.write(
            "olist_sellers_dataset.csv",
            "\"seller_id\",\"seller_zip_code_prefix\",\"seller_city\",\"seller_state\"\ns1,\"13023\",campinas,SP\n")
        let report = try await folder.run(try mapping("olist"), paths)
        #expect(report.badRows == [] && report.warnings == [])
        #expect(
            folder.events.map { "\($0.type.name.dropFirst(15)) \($0.head)" } == [
                "LeadCaptured 2018-02-01T00:00:00Z lead:m1", "LeadQualified 2018-02-01T00:00:00Z lead:m1",
                "LeadCaptured 2018-02-02T00:00:00Z lead:m2", "LeadQualified 2018-02-02T00:00:00Z lead:m2",
                "LeadCaptured 2018-02-03T00:00:00Z lead:m3", "LeadQualified 2018-02-03T00:00:00Z lead:m3",
                "PipelineDefined 2017-06-14T00:00:00Z pipeline:joining",
                "CustomerRegistered 2018-02-26T19:58:54Z customer:s1",
                "OpportunityOpened 2018-02-26T19:58:54Z opportunity:m1 customer:s1",
                "LeadConverted 2018-02-26T19:58:54Z lead:m1 customer:s1 opportunity:m1",
                "OpportunityWon 2018-02-26T19:58:54Z opportunity:m1 customer:s1",
            ])
        #expect(folder.events.first?.id.description == "87e033e4-80c1-8a6e-a79c-0aae89488a2f")
        let sources = try [0, 2, 4].map { try LeadCaptured(serializedBytes: folder.events[$0].data).source }
        #expect(sources == ["social", "", "unknown"])
        let seller = try CustomerRegistered(serializedBytes: folder.events[7].data)
        #expect(seller.kind == .merchant)
        #expect(
            seller.attributes.map { "\($0.name)=\($0.value)" } == [
                "business_segment=pet", "business_type=reseller", "city=campinas", "state=SP",
            ])
        let deal = try OpportunityOpened(serializedBytes: folder.events[8].data)
        #expect(deal.owner == "sr1" && deal.origin == "lead:m1" && deal.stage == "Contract" && !deal.hasAmount)
        #expect(
            deal.attributes.map { "\($0.name)=\($0.value)" } == [
                "sr=sr1", "sdr=sdr1", "business_segment=pet", "lead_type=online_medium", "declared_monthly_revenue=0.0",
            ])
        #expect(
            try folder.events[9...].map { try $0.json } == [
                #"{"leadId":"m1","customerId":"s1","opportunityId":"m1"}"#, #"{"opportunityId":"m1"}"#,
            ])
    }

    // MARK: The data themselves, which are imported once for all tests that read them

    @Test(.enabled(if: datasets != nil)) func allPurchasesAreImported() async throws {
        let purchases = try await GoldenImport.shared(.cdnow)
        let report = purchases.report
        #expect(report.rows == 76_578 && report.badRowCount == 0 && report.changedRowCount == 0)
        #expect(report.warnings == [])
        #expect(Self.counts(report) == ["registered": 25_927, "ordered": 76_578])
        var revenue: [String: Int64] = [:]
        var discs: [String: Int64] = [:]
        for event in try purchases.events() where event.type == OrderPlaced.eventType {
            let order = try OrderPlaced(serializedBytes: event.data)
            let set = try #require(order.attributes.first).value
            revenue[set, default: 0] += order.lines.reduce(0) { $0 + $1.net.minorUnits }
            discs[set, default: 0] += order.lines.reduce(0) { $0 + $1.quantityMilli }
        }
        #expect(revenue == ["master": 250_031_563, "sample": 24_409_194])
        #expect(discs == ["master": 167_881_000, "sample": 16_479_000])
        #expect(purchases.again.alreadyThere == 102_505)
    }

    @Test(.enabled(if: datasets != nil)) func allTicketsAreImported() async throws {
        let helpdesk = try await GoldenImport.shared(.helpdesk)
        let report = helpdesk.report
        #expect(report.rows == 21_348 && report.badRowCount == 0 && report.changedRowCount == 0)
        #expect(report.warnings == [])
        #expect(
            Self.counts(report) == [
                "opened": 4_580, "classified": 4_938, "assigned": 5_060, "anomaly": 88, "waiting": 1_654,
                "resolved": 4_996, "closed": 4_574,
            ])
        var times: [String: [Timestamp]] = [:]
        var resolved: [String: Timestamp] = [:]
        var closed: Set<String> = []
        for event in try helpdesk.events() {
            let id = try #require(event.tags.first).text
            times[id, default: []].append(event.occurredAt)
            if event.type == CaseResolved.eventType {
                resolved[id] = min(resolved[id] ?? event.occurredAt, event.occurredAt)
            }
            if event.type == CaseClosed.eventType { closed.insert(id) }
        }
        #expect(times.count == 4_580 && resolved.count == 4_570 && closed.count == 4_559)
        // No row is lost: cases end with their last row, and are resolved first when the file says so.
        func seconds(from start: Timestamp?, to end: Timestamp?) throws -> Int64 {
            (try #require(end).microseconds - (try #require(start)).microseconds) / 1_000_000
        }
        let lives = try times.values.map { try seconds(from: $0.min(), to: $0.max()) }
        #expect(lives.reduce(0, +) == 16_168_162_208)
        let waits = try resolved.map { try seconds(from: times[$0.key]?.min(), to: $0.value) }
        #expect(waits.reduce(0, +) == 4_383_740_632)
        #expect(helpdesk.again.alreadyThere == report.appended)
    }

    @Test(.enabled(if: datasets != nil)) func allLeadsAreImported() async throws {
        let leads = try await GoldenImport.shared(.olist)
        let report = leads.report
        #expect(report.rows == 8_842 && report.badRowCount == 0 && report.changedRowCount == 0)
        // The table of sellers has those who sold something.
        #expect(report.warnings.allSatisfy { $0.reason.hasPrefix("look-up 'sellers' has no '") })
        #expect(
            Self.counts(report) == [
                "captured": 8_000, "qualified": 8_000, "pipeline": 1, "registered": 842, "opened": 842,
                "converted": 842, "won": 842,
            ])
        var sources: [String: Int] = [:]
        var sellersWithCity = 0
        for event in try leads.events() {
            if event.type == LeadCaptured.eventType {
                sources[try LeadCaptured(serializedBytes: event.data).source, default: 0] += 1
            } else if event.type == CustomerRegistered.eventType {
                let seller = try CustomerRegistered(serializedBytes: event.data)
                if seller.attributes.contains(where: { $0.name == "city" }) { sellersWithCity += 1 }
            }
        }
        #expect(sources[""] == 60 && sources["unknown"] == 1_099 && sources["organic_search"] == 2_296)
        #expect(sellersWithCity == 380)
        #expect(leads.again.alreadyThere == report.appended)
    }
}
