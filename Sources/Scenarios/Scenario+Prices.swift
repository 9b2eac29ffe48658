import Billing
import Services

extension Scenario {
  /// The scenario with the prices of its month among the assumptions: their Region and date.
  public func billed(with prices: PriceBook) -> Scenario {
    let list = Assumption(
      subject: "", parameter: "prices", value: "list prices of \(prices.region)", grade: .documented,
      source: "AWS's public price list; prices that no source confirms are marked on the bill", asOf: prices.date)
    var scenario = self
    if !scenario.assumptions.contains(list) { scenario.assumptions.append(list) }
    return scenario
  }
}
