import Billing
import Experiments
import Units

extension Page {
  /// The month's bill by line, service and resource.
  var cost: HTML {
    let bill = result.cost.bill
    let notes: [HTML] = bill.notes.map { "<li>\($0)</li>\n" }
    let list: HTML = notes.isEmpty ? .empty : "<h3>Notes</h3>\n<ul class=\"note\">\n\(notes)</ul>\n"
    let perThousand = costPerThousand.map { " That is \($0) per 1,000 requests." } ?? ""
    let spread = result.cost.total.halfWidth.map { " ± \(Shown.cents($0))" } ?? ""
    let lead: HTML = """
      <p>\(Shown.dollars(result.cost.total.mean))\(spread) a month of \(bill.month.description), at list prices of \
      \(manifest.prices.date) in \(manifest.prices.region), \
      \(bill.freeTier ? "free quantities taken off" : "no free quantities taken off").\(perThousand) \
      \(scaling)</p>

      """
    return section("cost", "Cost", "\(lead)\(billTable)\(resourceCosts)\(list)")
  }

  /// How a run's usage became a month's.
  private var scaling: String {
    let bill = result.cost.bill
    guard let hours = bill.month.hours, bill.scaledFrom != .hours(hours) else {
      return "The run is as long as the month, so nothing is scaled."
    }
    return "What the simulated \(bill.scaledFrom) used is first scaled to the month of \(bill.month); price tiers and "
      + "free quantities are those of that whole month. Fixed charges go by time: storage and capacity count with their "
      + "average over the run for the whole month."
  }

  /// Dollars per 1,000 requests of all sources, six decimals at most; nil without requests.
  var costPerThousand: String? {
    guard let hours = result.cost.bill.month.hours else { return nil }
    let requests = result.traffic.reduce(0) { $0 + $1.requests.mean }
    let monthly = requests * Double(hours) * 3_600 / result.cost.bill.scaledFrom.inSeconds
    guard monthly.isFinite, monthly > 0, let total = Double(result.cost.total.mean.description) else { return nil }
    let dollars = total / monthly * 1_000
    return "$" + NumberText.fixed(dollars, decimals: min(max(2 - NumberText.magnitude(dollars), 2), 6), grouped: true)
  }

  private var billTable: HTML {
    let head: HTML = """
      <tr>\(textColumn("Line"))\(column("Quantity"))\(textColumn("Unit"))\(column("Tier from"))\
      \(column("Unit price, $"))\(column("Charged"))</tr>
      """
    var services: [String] = []
    for line in result.cost.lines where !services.contains(line.line.service) { services.append(line.line.service) }
    let rows: [HTML] = services.flatMap { service -> [HTML] in
      let lines = result.cost.lines.filter { $0.line.service == service }
      let sum = lines.reduce(Money.zero) { $0 + $1.charged.mean }
      let subtotal: HTML = """
        <tr class="subtotal"><th scope="rowgroup" colspan="5" class="text">\(service)</th>\
        <td class="number">\(Shown.dollars(sum))</td></tr>

        """
      return [subtotal] + lines.map(row)
    }
    let foot: HTML = """
      <tr><th scope="row" colspan="5" class="text">Total a month</th>\(cell(result.cost.total))</tr>
      """
    return table("The bill, a row a price tier; each line rounded to the cent", head: head, body: rows, foot: foot)
  }

  private func row(_ cost: CostLine) -> HTML {
    let line = cost.line
    let mark: HTML = line.verified ? .empty : "<small class=\"open\">price not verified</small>"
    let quantity = Double(cost.meanQuantity).map(Shown.number) ?? cost.meanQuantity
    let from = Double(line.tierFrom.description).map(Shown.number) ?? line.tierFrom.description
    return """
      <tr><td class="text wide">\(line.description)\(mark)</td><td class="number">\(quantity)</td>\
      <td class="text">\(line.unit)</td><td class="number">\(line.isFreeTier ? "free" : from)</td>\
      <td class="number">\(line.unitPrice.description)</td>\(cell(cost.charged))</tr>

      """
  }

  private var resourceCosts: HTML {
    let costs = result.cost.perResource
    guard !costs.isEmpty else { return .empty }
    let amounts = costs.map { max(0, Double($0.cost.mean.description) ?? 0) }
    let sum = amounts.reduce(0, +)
    let head: HTML = "<tr>\(textColumn("Resource"))\(column("A month"))\(column("Share"))</tr>"
    let rows: [HTML] = costs.enumerated().map { index, item in
      let share = sum > 0 ? 100 * amounts[index] / sum : 0
      let text = NumberText.fixed(share, decimals: 1)
      return """
        <tr>\(name(item.name))\(cell(item.cost))<td class="number">\(text) %\
        <span class="meter" aria-hidden="true"><i style="width:\(text)%"></i></span></td></tr>

        """
    }
    return table(
      "By resource; lines that several share are split by usage, so the sum may differ from the total by cents",
      isCompact: true, head: head, body: rows)
  }
}
