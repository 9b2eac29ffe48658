import Units

extension PriceBook {
  /// The largest file that is read: 4 MB.
  public static let maximumBytes = 4 << 20

  /// Reads a price book from YAML text; see `init(yaml:file:)` of bytes.
  public init(yaml text: String, file: String = "price book") throws(PriceBookError) {
    try self.init(yaml: Array(text.utf8), file: file)
  }

  /// Reads a price book from the bytes of a YAML file, named `file` in errors.
  ///
  /// Refuses more than 4 MB, text that is not UTF-8, and anchors and aliases, before anything is composed; then
  /// reports every unknown key, missing key, bad value and duplicate at once, each with line and column.
  public init(yaml bytes: [UInt8], file: String = "price book") throws(PriceBookError) {
    var reader = PriceBookReader()
    guard let book = reader.book(from: bytes), reader.problems.isEmpty else {
      throw PriceBookError(file: file, problems: reader.problems.sorted { $0.place < $1.place })
    }
    self = book
  }
}

/// Walks a price book's YAML and collects problems as it goes; a result counts only without problems.
struct PriceBookReader {
  typealias Kind = PriceBookError.Problem.Kind
  var problems: [PriceBookError.Problem] = []
  /// Every SKU under `prices`, with its unit where that could be read.
  private var units: [SKU: String?] = [:]

  mutating func book(from bytes: [UInt8]) -> PriceBook? {
    root(of: bytes).flatMap { book(from: $0, bytes: bytes) }
  }

  /// The book of a tree; `bytes` are the file that it was written in.
  mutating func book(from root: PriceBookNode, bytes: [UInt8]) -> PriceBook? {
    guard
      let fields = fields(of: root, required: ["region", "date", "currency", "prices"], optional: ["freeTiers"])
    else { return nil }
    let region = text("region", in: fields)
    let date = day("date", in: fields)
    if let node = fields["currency"], node.text != "USD" {
      report(
        .badValue, node,
        "found \(Self.shown(node)), wanted currency: USD; other currencies are not priced")
    }
    let entries = entries(in: fields["prices"])
    let freeTiers = freeTiers(in: fields["freeTiers"])
    guard let region, let date else { return nil }
    return PriceBook(region: region, date: date, entries: entries, freeTiers: freeTiers, bytes: bytes)
  }

  // MARK: Prices

  private mutating func entries(in list: PriceBookNode?) -> [PriceEntry] {
    var entries: [PriceEntry] = []
    for node in items(of: list, named: "prices") {
      let keys = ["service", "key", "description", "unit", "asOf", "source", "grade", "tiers"]
      guard let fields = fields(of: node, required: keys, optional: ["derived"]) else { continue }
      let sku = sku(in: fields)
      let description = text("description", in: fields)
      let unit = text("unit", in: fields)
      if let sku, units.updateValue(unit, forKey: sku) != nil {
        report(.duplicate, fields["key"], "found a second price of \(sku), wanted one; keep one")
      }
      let asOf = period("asOf", in: fields)
      let source = text("source", in: fields)
      let grade = word("grade", in: fields, of: PriceEntry.Grade.self)
      let tiers = tiers(in: fields["tiers"])
      guard let sku, let description, let unit, let asOf, let source, let grade else {
        _ = self.derived(in: fields["derived"], from: nil)
        continue
      }
      let entry = PriceEntry(
        sku: sku, description: description, unit: unit, asOf: asOf, source: source, grade: grade, tiers: tiers)
      entries.append(entry)
      entries += self.derived(in: fields["derived"], from: entry)
    }
    return entries
  }

  /// Prices that follow from an entry: each a multiple of it, by a rule in words. No source confirms them.
  private mutating func derived(in list: PriceBookNode?, from base: PriceEntry?) -> [PriceEntry] {
    guard let list else { return [] }
    var entries: [PriceEntry] = []
    for node in items(of: list, named: "rules") {
      guard let fields = fields(of: node, required: ["rule", "prices"]) else { continue }
      let rule = text("rule", in: fields)
      let source = "\(base?.sku.key ?? "") (\(base?.source ?? "")): \(rule ?? "")"
      for node in items(of: fields["prices"], named: "prices") {
        guard let fields = self.fields(of: node, required: ["key", "times", "description"]) else { continue }
        let key = text("key", in: fields)
        let times = quantity("times", in: fields)
        let description = text("description", in: fields)
        guard let base, rule != nil, let key, let times, let description else { continue }
        let sku = SKU(service: base.sku.service, key: key)
        if units.updateValue(base.unit, forKey: sku) != nil {
          report(.duplicate, fields["key"], "found a second price of \(sku), wanted one; keep one")
        }
        entries.append(
          PriceEntry(
            sku: sku, description: description, unit: base.unit, asOf: base.asOf,
            source: source, grade: .unverified,
            tiers: base.tiers.map { Tier(price: $0.price * times.decimal, start: $0.start) }))
      }
    }
    return entries
  }

  private mutating func tiers(in list: PriceBookNode?) -> [Tier] {
    var tiers: [Tier] = []
    var previous: PricedQuantity?
    for node in items(of: list, named: "tiers") {
      guard let fields = fields(of: node, required: ["from", "price"]) else { continue }
      let start = quantity("from", in: fields)
      let price = price(in: fields)
      guard let start else { continue }
      if let previous {
        if start <= previous {
          report(
            .tierOrder, fields["from"],
            "found a tier that begins below the one before, wanted ascending tiers; put them in order")
        }
      } else if start > .zero {
        report(.tierOrder, fields["from"], "found a first tier above 0, wanted from: 0")
      }
      previous = start
      if let price { tiers.append(Tier(price: price, start: start)) }
    }
    return tiers
  }

  // MARK: Free tiers

  private mutating func freeTiers(in list: PriceBookNode?) -> [FreeTier] {
    guard let list else { return [] }
    var freeTiers: [FreeTier] = []
    var names: Set<String> = []
    for node in items(of: list, named: "freeTiers") {
      let keys = ["name", "quantity", "unit", "offer", "asOf", "source", "covers"]
      guard let fields = fields(of: node, required: keys) else { continue }
      let name = text("name", in: fields)
      if let name, !names.insert(name).inserted {
        report(.duplicate, fields["name"], "found a second free tier named \(name), wanted each name once")
      }
      let amount = quantity("quantity", in: fields)
      let unit = text("unit", in: fields)
      let offer = word("offer", in: fields, of: FreeTier.Offer.self)
      let asOf = period("asOf", in: fields)
      let source = text("source", in: fields)
      let covers = covers(in: fields["covers"], unit: unit)
      guard let name, let amount, let unit, let offer, let asOf, let source else { continue }
      freeTiers.append(
        FreeTier(name: name, unit: unit, offer: offer, asOf: asOf, source: source, covers: covers, amount: amount))
    }
    return freeTiers
  }

  private mutating func covers(in list: PriceBookNode?, unit: String?) -> [SKU] {
    var covers: [SKU] = []
    for node in items(of: list, named: "covers") {
      guard let fields = fields(of: node, required: ["service", "key"]), let sku = sku(in: fields) else { continue }
      if covers.contains(sku) {
        report(.duplicate, fields["key"], "found \(sku) a second time, wanted each price once")
      } else if let priced = units[sku] {
        if let unit, let priced, unit != priced {
          report(.unknownSKU, fields["key"], "found \(sku) priced per \(priced), wanted the free tier's unit, \(unit)")
        }
      } else {
        report(
          .unknownSKU, fields["key"],
          "found \(sku), which has no price in this book, wanted one that has; add its price")
      }
      covers.append(sku)
    }
    return covers
  }

  // MARK: Values

  private mutating func sku(in fields: PriceBookFields) -> SKU? {
    let service = text("service", in: fields)
    let key = text("key", in: fields)
    guard let service, let key else { return nil }
    return SKU(service: service, key: key)
  }

  private mutating func price(in fields: PriceBookFields) -> Money? {
    guard let node = fields["price"] else { return nil }
    let text = node.text ?? ""
    let digits = text.utf8.filter { $0 != UInt8(ascii: ".") }.drop { $0 == UInt8(ascii: "0") }.count
    let decimals = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.utf8.count ?? 0
    if let money = Money(text), money >= .zero, digits <= 12, decimals <= 12 { return money }
    report(
      .notDecimal, node,
      "found \(Self.shown(node)), wanted price: dollars such as 0.0000002, 0 or more, at most 12 digits and 12 decimals"
    )
    return nil
  }

  private mutating func quantity(_ key: String, in fields: PriceBookFields) -> PricedQuantity? {
    guard let node = fields[key] else { return nil }
    if let quantity = node.text.flatMap({ PricedQuantity($0) }) { return quantity }
    report(
      .notDecimal, node,
      "found \(Self.shown(node)), wanted \(key): a number such as 400000, below 10^16, at most 10 decimals"
    )
    return nil
  }
}
