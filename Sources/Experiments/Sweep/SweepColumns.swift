import Units

/// How a parameter's values stand in tables.
extension PlanFile.Header.Parameter {
  /// The column's name: with the unit behind it where all values have the same one, as `memory_MB`, `rate_per_s`.
  public var column: String {
    guard let unit, !unit.isEmpty else { return name }
    let word = unit.hasPrefix("/ ") ? "per_" + unit.dropFirst(2) : unit == "%" ? "percent" : unit
    return name + "_" + word.map { $0 == " " || $0 == "/" ? "_" : String($0) }.joined()
  }

  /// A value as it stands below: the number alone, in the unit of the column's name, where there is one.
  public func cell(_ value: String) -> String {
    guard let unit, let quantity = try? Quantity(value) else { return value }
    guard quantity.unit != unit, let factor = Self.factor(from: quantity.unit, to: unit),
      let converted = quantity.number.times(factor)
    else { return quantity.number.plainText }
    return converted.plainText
  }

  /// The unit that all of some values can have: their own, or the smallest of several times, sizes or rates, in which
  /// all are as exact as they are written. Nil where they differ in kind, or are no numbers.
  public static func commonUnit(of values: some Sequence<String>) -> String? {
    var common: String?
    // A bare 0 has any unit.
    var hasZero = false
    for value in values {
      guard let quantity = try? Quantity(value) else { return nil }
      if quantity.unit.isEmpty, quantity.number.mantissa == 0 {
        hasZero = true
      } else if let known = common {
        if known == quantity.unit { continue }
        guard let factor = factor(from: known, to: quantity.unit) else { return nil }
        if factor > 1 { common = quantity.unit }
      } else {
        common = quantity.unit
      }
    }
    return common ?? (hasZero ? "" : nil)
  }

  /// How many of a unit's steps make one of another; below 1, as 0, where the other is the smaller. Nil where they
  /// measure different things.
  private static func factor(from unit: String, to other: String) -> Int64? {
    for family in families {
      guard let steps = family.first(where: { $0.name == unit })?.steps,
        let others = family.first(where: { $0.name == other })?.steps
      else { continue }
      return steps / others
    }
    return nil
  }

  /// Units that measure the same, each in whole steps of the smallest: a rate a second is 86,400 a day.
  private static let families: [[(name: String, steps: Int64)]] = [
    Time.units.map { ($0.name, $0.nanoseconds) }, Size.units.map { ($0.name, $0.bytes) },
    Quantity.rateUnits.map { ($0.name, 86_400 / $0.seconds) },
  ]
}

/// Names of columns that every reader of CSV takes without quotes, none of them twice.
public enum ColumnNames {
  /// The names with everything but ASCII letters, digits and underscores replaced by an underscore, with one in front
  /// where a digit would be first, and one behind where SQL has a word of that name.
  ///
  /// Names that are then equal, for readers that ignore case, get `_2`, `_3`, .. in their order.
  public static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.map { name in
      let plain = plain(name)
      var distinct = plain
      var number = 1
      while !seen.insert(distinct.lowercased()).inserted {
        number += 1
        distinct = "\(plain)_\(number)"
      }
      return distinct
    }
  }

  /// The name of a figure's column: with the unit behind it, unless it is a count or says it itself.
  public static func figure(_ name: String, unit: String) -> String {
    unit == "count" || name.lowercased().hasSuffix(unit.lowercased()) ? name : name + "_" + unit
  }

  private static func plain(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      let isKept =
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
      text.unicodeScalars.append(isKept ? scalar : "_")
    }
    if let first = text.unicodeScalars.first, ("0"..."9").contains(first) { text = "_" + text }
    return text.isEmpty ? "_" : reserved.contains(text.lowercased()) ? text + "_" : text
  }

  /// Words that PostgreSQL and DuckDB reserve, or SQLite does.
  private static let reserved: Set<String> = [
    "abort", "action", "add", "after", "all", "alter", "always", "analyse", "analyze", "and", "any", "array", "as",
    "asc", "asymmetric", "attach", "autoincrement", "before", "begin", "between", "both", "by", "cascade", "case",
    "cast", "check", "collate", "column", "commit", "conflict", "constraint", "create", "cross", "current",
    "current_date", "current_time", "current_timestamp", "database", "default", "deferrable", "deferred", "delete",
    "desc", "describe", "detach", "distinct", "do", "drop", "each", "else", "end", "escape", "except", "exclude",
    "exclusive", "exists", "explain", "fail", "false", "fetch", "filter", "first", "following", "for", "foreign",
    "from", "full", "generated", "glob", "group", "groups", "having", "if", "ignore", "immediate", "in", "index",
    "indexed", "initially", "inner", "insert", "instead", "intersect", "into", "is", "isnull", "join", "key", "lambda",
    "last", "lateral", "leading", "left", "like", "limit", "match", "materialized", "natural", "no", "not", "nothing",
    "notnull", "null", "nulls", "of", "offset", "on", "only", "or", "order", "others", "outer", "over", "partition",
    "pivot", "pivot_longer", "pivot_wider", "placing", "plan", "positional", "pragma", "preceding", "primary",
    "qualify", "query", "raise", "range", "recursive", "references", "regexp", "reindex", "release", "rename",
    "replace", "restrict", "returning", "right", "rollback", "row", "rows", "savepoint", "select", "semi", "set",
    "show", "some", "summarize", "symmetric", "table", "temp", "temporary", "then", "ties", "to", "trailing",
    "transaction", "trigger", "true", "unbounded", "union", "unique", "unpivot", "update", "using", "vacuum", "values",
    "variadic", "view", "virtual", "when", "where", "window", "with", "without",
  ]
}

extension ExactDecimal {
  /// The number times a whole one; nil where it has more digits than fit.
  fileprivate func times(_ factor: Int64) -> ExactDecimal? {
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: factor)
    return overflow ? nil : ExactDecimal(mantissa: product, exponent: exponent)
  }

  /// The number in plain digits, without an exponent.
  fileprivate var plainText: String {
    let digits = String(mantissa.magnitude)
    let sign = mantissa < 0 ? "-" : ""
    if exponent >= 0 { return sign + digits + String(repeating: "0", count: mantissa == 0 ? 0 : exponent) }
    let padded = String(repeating: "0", count: max(0, -exponent + 1 - digits.count)) + digits
    let point = padded.index(padded.endIndex, offsetBy: exponent)
    return sign + padded[..<point] + "." + padded[point...]
  }
}
