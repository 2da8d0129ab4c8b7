import ActorKit
import Testing

@Suite struct CounterReportTests {
  @Test func countersKeepTheirOrder() {
    var report = CounterReport()
    report.add("orders", Int64(3))
    report.add("fills", 2)
    #expect(report.entries.map(\.name) == ["orders", "fills"])
    #expect(report["fills"] == 2)
    #expect(report["none"] == nil)
  }

  @Test func moreThanAMessageCarriesTraps() async {
    await #expect(processExitsWith: .failure) {
      var report = CounterReport()
      for number in 0...CounterReport.maxCount { report.add("c\(number)", number) }
    }
  }
}
