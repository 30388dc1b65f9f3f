import LMDB
@testable import Rapport

extension UserAssigned: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        userID = random.text()
        team = random.text()
        territory = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("userID", userID)
        list.text("team", team)
        list.text("territory", territory)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try UserAssignedView(bytes.rawSpan)
        var list = FieldList()
        list.text("userID", view.userID)
        list.text("team", view.team)
        list.text("territory", view.territory)
        return list
    }
}
