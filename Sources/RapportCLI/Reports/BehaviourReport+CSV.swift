import EventLog
import Rapport

extension BehaviourFunnel {
    /// One line for each step.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "step", "isOptional", "count", "dropped", "ofEnteredBp", "ofEnteredLowBp", "ofEnteredHighBp",
            "ofPreviousBp", "ofPreviousLowBp", "ofPreviousHighBp", "meanMs", "medianMs", "p75Ms", "p90Ms", "maxMs",
        ])
        for step in steps {
            let (entered, previous, times) = (step.ofEntered, step.ofPrevious, step.timeToConvert)
            table.append(
                step.name, step.isOptional, step.count, step.dropped, entered?.shareBp, entered?.lowBp, entered?.highBp,
                previous?.shareBp, previous?.lowBp, previous?.highBp, times?.meanMs, times?.medianMs, times?.p75Ms,
                times?.p90Ms, times?.maxMs)
        }
        return table
    }

    /// One line for each period and step; what is of the period stands in each of its lines.
    var trendCSV: CSVTable {
        var table = CSVTable(columns: [
            "period", "step", "count", "conversionBp", "conversionLowBp", "conversionHighBp", "immature",
        ])
        for point in trend {
            for (step, count) in zip(steps, point.counts) {
                table.append(
                    point.period, step.name, count, point.conversion?.shareBp, point.conversion?.lowBp,
                    point.conversion?.highBp, point.immature)
            }
        }
        return table
    }
}
