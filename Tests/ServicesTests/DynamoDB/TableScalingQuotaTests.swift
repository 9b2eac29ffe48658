import Engine
import Services
import Testing
import Units

/// Auto scaling where DynamoDB refuses a change.
@Suite("Refused changes of a scaled table")
struct TableScalingQuotaTests {
  /// A table of 10 units whose most are lowered by one every five minutes, five times from 00:05 on.
  private func story(minutes: Int64) throws -> RunResult {
    var scaled = ScaledTable(target: nil, writes: [])
    scaled.duration = .minutes(minutes)
    try scaled.scale {
      $0.scheduledActions = try (1...5).map { step in
        ScheduledAction(schedule: try CronSchedule("cron(\(5 * step) 0 * * ? *)"), maxCapacity: 10 - step)
      }
    }
    return try scaled.run()
  }

  @Test("the fifth decrease of a day waits for an hour after the fourth, and counts as one failure")
  func decreases() throws {
    // Four decreases: at 00:20 to 6 units. The one of 00:25 is refused every minute until 01:20.
    let before = try story(minutes: 79)
    #expect(before.figure("scaleIns", of: "t") == 4)
    #expect(before.figure("scalingFailures", of: "t") == 1)
    #expect(before.figure("finalWriteCapacityUnits", of: "t") == 6)
    let after = try story(minutes: 82)
    #expect(after.figure("scaleIns", of: "t") == 5)
    #expect(after.figure("scalingFailures", of: "t") == 1)
    #expect(after.figure("finalWriteCapacityUnits", of: "t") == 5)
  }
}
