import Engine
import Foundation
import Services
import Testing
import Units

/// Whole published traces through whole systems: one function a row, all in one account.
@Suite("Published traces")
struct FullTraceTests {
  @Test(
    "a day of Azure Functions runs function by function, and every invocation is accounted for",
    .enabled(if: sharedTrace("azure2019_light_200f_invocations_per_minute.csv.gz") != nil),
    arguments: [
      ("azure2019_light_200f_invocations_per_minute.csv.gz", 200, 155_469),
      ("azure2019_light_1000f_invocations_per_minute.csv.gz", 1_000, 608_228),
    ] as [(String, Int, Int64)])
  func azureDay(name: String, functions: Int, invocations: Int64) throws {
    let path = try #require(sharedTrace(name))
    let trace = try Trace.check(path: path, layout: .functions, interval: .minutes(1), columns: [])
    #expect(trace.columns.count == functions)
    let replay = ReplayConfig(path: path, layout: .functions, interval: .minutes(1), columns: trace.columns)
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .days(1), period: .hours(1),
      resources: trace.columns.map { name in
        .function(FunctionConfig(name: name, handler: [.wait(.constant(2e8))]))
      },
      traffic: [
        TrafficConfig(
          name: "day", targets: trace.columns.map { TrafficTarget(resource: $0) }, arrivals: .replay(replay))
      ])
    let result = try simulate(config, seed: 1, replication: 0)
    let day = result.traffic[0]
    #expect(day.started == invocations)
    #expect(day.started == day.completed + day.inProgress)
    let served = result.resources.reduce(0) { $0 + result.figure("invocations", of: $1.name) }
    let refused = result.resources.reduce(0) { $0 + result.figure("throttles", of: $1.name) }
    #expect(Int64(served + refused) == invocations)
    #expect(refused == 0)
    // A function that is invoked at all starts cold at least once, and every environment serves somebody.
    for resource in result.resources {
      let (cold, warm) = (
        result.figure("coldStarts", of: resource.name), result.figure("invocations", of: resource.name)
      )
      #expect((cold >= 1) == (warm >= 1) && cold <= warm, "\(resource.name)")
    }
  }
}
