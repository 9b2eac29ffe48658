import Experiments
import Statistics

extension PageParts {
  /// Both modes' costs at each utilisation, and where they meet by simulation and by formula.
  func breakEven(_ breakEven: BreakEven) -> HTML {
    let reasons: [HTML] = BreakEvenText.reasons.map { "<li>\($0)</li>\n" }
    return """
      <p>At which utilisation provisioned capacity of \(breakEven.table) becomes cheaper than on demand. \
      \(BreakEvenText.scope)</p>
      \(crossings(breakEven))\(points(breakEven))<h3>Why simulation and formula differ</h3>
      <ul>
      \(reasons)</ul>

      """
  }

  private func crossings(_ breakEven: BreakEven) -> HTML {
    let words = BreakEvenText(breakEven: breakEven)
    let head: HTML = """
      <tr>\(textColumn("Capacity"))\(column("By simulation"))\(column("By formula"))\(textColumn("Formula"))</tr>
      """
    let rows: [HTML] = breakEven.outcomes.map { outcome in
      """
      <tr>\(name(BreakEvenText.title(outcome.kind)))<td class="number">\(words.simulated(outcome))</td>\
      <td class="number">\(words.formula(outcome))</td><td class="text">\(words.working(outcome) ?? "")</td></tr>

      """
    }
    return table("Utilisation from which provisioned is cheaper", isCompact: true, head: head, body: rows)
  }

  private func points(_ breakEven: BreakEven) -> HTML {
    let kinds = CapacityKind.allCases
    let head: HTML = """
      <tr><th scope="col" rowspan="2" class="text">Utilisation</th>\
      <th scope="colgroup" colspan="2" class="group">Provisioned units</th>\
      <th scope="colgroup" colspan="3" class="group">USD a month</th>\
      <th scope="colgroup" colspan="3" class="group">Difference to on demand, USD</th>\
      <th scope="colgroup" colspan="2" class="group">Refused</th></tr>
      <tr>\(column("read"))\(column("write"))\(kinds.map { column($0.rawValue) })\(kinds.map { column($0.rawValue) })\
      \(column("throttled"))\(column("failed"))</tr>
      """
    func refused(_ world: CapacityWorld) -> HTML {
      "\(cell(Shown.percent(world.throttled)))\(cell(Shown.percent(world.failed)))"
    }
    let onDemand: HTML = """
      <tr>\(name("on demand"))<td></td><td></td>\(kinds.map { cell(breakEven.onDemand.cost[$0]) })<td></td><td></td>\
      <td></td>\(refused(breakEven.onDemand))</tr>

      """
    let rows: [HTML] = breakEven.points.map { point in
      """
      <tr>\(name(BreakEvenText.percent(point.utilization)))\
      <td class="number">\(NumberText.grouped(point.readUnits.description))</td>\
      <td class="number">\(NumberText.grouped(point.writeUnits.description))</td>\
      \(kinds.map { cell(point.world.cost[$0]) })\(kinds.map { cell(point.difference[$0]) })\(refused(point.world))</tr>

      """
    }
    return table("Capacity of \(breakEven.table) on demand and provisioned", head: head, body: [onDemand] + rows)
  }
}
