import Foundation
import Testing

@testable import Retention

@Suite struct DayNumberTests {
    @Test func agreesWithTheCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        // From 1677 to 2262, which is what instants hold; the calendar is Gregorian from 1582 on.
        for day in stride(from: Int64(-106_700), through: 106_700, by: 37) {
            let parts = calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(day * 86_400))
            )
            let date = DayNumber(day).date
            #expect(date == (Int64(parts.year ?? 0), Int64(parts.month ?? 0), Int64(parts.day ?? 0)))
            #expect(DayNumber(year: date.year, month: date.month, day: date.day) == DayNumber(day))
        }
    }

    @Test func countsWeeksFromMonday() {
        // 2026-01-04 is a Sunday, 2026-01-05 a Monday.
        let sunday = DayNumber(year: 2026, month: 1, day: 4).value * 86_400
        #expect(
            CalendarUnit.week.number(localSeconds: sunday + 86_399) + 1
                == CalendarUnit.week.number(localSeconds: sunday + 86_400)
        )
        #expect(
            CalendarUnit.week.number(localSeconds: sunday - 6 * 86_400)
                == CalendarUnit.week.number(localSeconds: sunday)
        )
    }

    @Test func roundsTowardsMinusInfinity() {
        #expect(Int64(-1).flooredQuotient(7) == -1)
        #expect(Int64(-7).flooredQuotient(7) == -1)
        #expect(Int64(-8).flooredQuotient(7) == -2)
        #expect(Int64(6).flooredQuotient(7) == 0)
        #expect(Int64.min.flooredQuotient(1) == .min)
    }
}
