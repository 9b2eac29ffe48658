import Billing
import Engine
import Foundation
import Scenarios
import Services
import Statistics
import Units

extension BreakEven {
  /// Worlds that the break-evens of some designs take.
  static func runs(of designs: [Design], replications: Int) -> Int {
    designs.reduce(0) { $0 + ($1.scenario.breakEven.map { replications * (1 + $0.utilizations.count) } ?? 0) }
  }

  /// Runs the design's break-even; nil if its scenario asks for none. Billed as the scenario says.
  static func run(_ design: Design, options: Runner.Options) async throws -> BreakEven? {
    guard let plan = design.scenario.breakEven else { return nil }
    return try await run(design, plan, options: options) { config, replication throws(TraceError) in
      try simulate(config, seed: options.seed, replication: replication)
    }
  }

  /// As above, with worlds of any making.
  ///
  /// First the table is on demand, which shows what it consumes; then the worlds of all utilisations run side by side.
  static func run(
    _ design: Design, _ plan: BreakEvenPlan, options: Runner.Options,
    simulate: @escaping @Sendable (SystemConfig, _ replication: Int) throws(TraceError) -> RunResult
  ) async throws -> BreakEven {
    guard let table = design.scenario.system.table(plan.table) else {
      preconditionFailure("a break-even is of a table of the scenario")
    }
    func with(_ mode: (String) -> CapacityMode) -> Design {
      var design = design
      design.scenario.system = design.scenario.system.with(plan.table, mode)
      design.scenario.objectives = []
      return design
    }
    func samples(_ designs: [Design], _ options: Runner.Options) async throws -> [[CapacitySample]] {
      var samples = [[CapacitySample]](repeating: [], count: designs.count)
      let collect = { (place: Int, run: RunResult, bill: Bill) in
        samples[place].append(CapacitySample(run, bill, table: plan.table))
      }
      _ = try await Runner.run(
        designs, options: options,
        simulate: { _, config, replication throws(TraceError) in try simulate(config, replication) }, each: collect)
      return samples
    }

    let count = options.replications
    let onDemand = try await samples(
      [with { _ in .onDemand(OnDemandThroughput()) }],
      options.beginning(0, more: count * plan.utilizations.count))[0]
    let consumption = Self.mean(onDemand.map(\.consumption))
    let units = plan.utilizations.map { utilization in consumption.map { $0.units(at: utilization) } }
    let provisioned = try await samples(
      units.map { units in
        with { name in
          let own = units.first { $0.name == name }
          return .provisioned(
            ProvisionedThroughput(readCapacityUnits: own?.read ?? 1, writeCapacityUnits: own?.write ?? 1))
        }
      }, options.beginning(count, more: 0))
    return BreakEven(plan, table, onDemand, consumption, units, provisioned, design.prices)
  }

  private init(
    _ plan: BreakEvenPlan, _ table: TableConfig, _ onDemand: [CapacitySample], _ consumption: [CapacityConsumption],
    _ units: [[CapacityUnits]], _ provisioned: [[CapacitySample]], _ book: PriceBook
  ) {
    self.table = plan.table
    replications = onDemand.count
    self.consumption = consumption
    self.onDemand = CapacityWorld(onDemand)
    points = plan.utilizations.indices.map { place in
      BreakEvenPoint(
        utilization: plan.utilizations[place], units: units[place], world: CapacityWorld(provisioned[place]),
        difference: CapacityMoney { kind in
          zip(provisioned[place], onDemand).map { $0.cost(kind) - $1.cost(kind) }
        })
    }
    let prices = CapacityPrices(book, table.tableClass)
    self.prices = prices
    let (reads, writes) = (
      onDemand.reduce(Decimal(0)) { $0 + $1.readUnits }, onDemand.reduce(Decimal(0)) { $0 + $1.writeUnits }
    )
    outcomes = CapacityKind.allCases.map { kind in
      var outcome = BreakEvenOutcome(
        kind: kind, simulated: .unused, halfWidth: nil,
        formula: prices.breakEven(kind, reads: reads, writes: writes))
      let isUsed =
        switch kind {
        case .reads: reads > 0
        case .writes: writes > 0
        case .both: reads > 0 || writes > 0
        }
      guard isUsed else { return outcome }
      let differences = onDemand.indices.map { replication in
        provisioned.map { worlds in worlds[replication].cost(kind) - onDemand[replication].cost(kind) }
      }
      outcome.simulated = .init(plan.utilizations, Self.means(differences))
      outcome.halfWidth = Self.halfWidth(of: differences, plan.utilizations)
      return outcome
    }
  }

  /// Mean over the replications at each utilisation, in dollars.
  private static func means(_ differences: [[Money]]) -> [Double] {
    differences[0].indices.map { place in
      Money(amount: differences.reduce(Decimal(0)) { $0 + $1[place].amount } / Decimal(differences.count)).inDollars
    }
  }

  /// Of the crossings of all replications; nil if one has none, or there is only one.
  private static func halfWidth(of differences: [[Money]], _ utilizations: [Double]) -> Double? {
    var running = RunningInterval()
    for row in differences {
      guard case .at(let share) = BreakEvenOutcome.Crossing(utilizations, row.map(\.inDollars)) else { return nil }
      running.add(share)
    }
    return running.interval().halfWidth
  }

  /// Mean over the replications, name by name in the order of the first.
  private static func mean(_ samples: [[CapacityConsumption]]) -> [CapacityConsumption] {
    samples[0].indices.map { place in
      var mean = CapacityConsumption(name: samples[0][place].name, readUnits: 0, writeUnits: 0)
      for sample in samples {
        mean.readUnits += sample[place].readUnits
        mean.writeUnits += sample[place].writeUnits
      }
      mean.readUnits /= Double(samples.count)
      mean.writeUnits /= Double(samples.count)
      return mean
    }
  }
}

extension CapacityConsumption {
  /// Units whose given share is the consumption: rounded up, at least 1. A last bit above a whole number does not count.
  func units(at utilization: Double) -> CapacityUnits {
    func units(_ consumed: Double) -> Int {
      let exact = consumed / utilization
      return max(1, Int((exact - exact * 1e-12).rounded(.up)))
    }
    return CapacityUnits(name: name, read: units(readUnits), write: units(writeUnits))
  }
}

// MARK: - Configurations

extension SystemConfig {
  /// The table of that name; nil if there is none.
  fileprivate func table(_ name: String) -> TableConfig? {
    for case .table(let table) in resources where table.name == name { return table }
    return nil
  }

  /// The same with a table and its global indexes in other modes, by the names of their series; without changes of
  /// capacity, and without reserved capacity: what it covers is paid for elsewhere and would look free here.
  fileprivate func with(_ name: String, _ mode: (String) -> CapacityMode) -> SystemConfig {
    var system = self
    system.invocationLog = nil
    system.account.reservedCapacity = nil
    for place in system.resources.indices {
      guard case .table(var table) = system.resources[place], table.name == name else { continue }
      table.capacity = mode(name)
      table.capacityChanges = []
      for index in table.indexes.indices {
        guard case .global = table.indexes[index].kind else { continue }
        table.indexes[index].kind = .global(mode("\(name)/index/\(table.indexes[index].name)"))
      }
      system.resources[place] = .table(table)
    }
    return system
  }
}
