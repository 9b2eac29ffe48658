import Units

/// A JSON Schema made of shapes, for editors.
///
/// It is generated from the shapes that the decoder reads, in draft-07, which editors' YAML servers understand. It
/// knows keys, words, units and ranges of whole numbers; references, ranges of times and sizes are the decoder's.
enum JSONSchema {
  /// The schema of the first shape, which may refer to the others and to `more`; a line feed at its end, and the same
  /// bytes every time. Units are defined where something refers to them.
  static func text(title: String, shapes: [Shape], more: [(String, JSON)] = []) -> String {
    var pairs: [(String, JSON)] = [
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string(title)),
    ]
    pairs += object(shapes[0])
    var definitions = shapes.dropFirst().map { ($0.name, JSON.object(object($0))) } + more
    let used = JSON.object(pairs + definitions).text()
    definitions += quantities.filter { used.contains("\"#/definitions/\($0.0)\"") }
    definitions.sort { $0.0 < $1.0 }
    pairs.append(("definitions", .object(definitions)))
    return JSON.object(pairs).text() + "\n"
  }

  private static func object(_ shape: Shape) -> [(String, JSON)] {
    var pairs: [(String, JSON)] = [
      ("description", .string(shape.text)), ("type", .string("object")), ("additionalProperties", .boolean(false)),
      ("properties", .object(shape.fields.map { ($0.name, property($0)) })),
    ]
    let required = shape.fields.filter { if case .required = $0.presence { true } else { false } }.map(\.name)
    if !required.isEmpty { pairs.append(("required", .array(required.map { .string($0) }))) }
    if !shape.oneOf.isEmpty {
      let ways = shape.oneOf.map { JSON.object([("required", .array([.string($0)]))]) }
      pairs.append(("oneOf", .array(ways)))
    }
    return pairs
  }

  private static func property(_ field: Field) -> JSON {
    var text = field.text
    if case .default(let value) = field.presence { text += " Default: \(value)." }
    let schema = schema(field.kind)
    // Beside a reference draft-07 ignores everything else, so the description wraps it.
    if case .object(let pairs) = schema, pairs.contains(where: { $0.0 == "$ref" }) {
      return .object([("description", .string(text)), ("allOf", .array([schema]))])
    }
    guard case .object(let pairs) = schema else { return schema }
    return .object([("description", .string(text))] + pairs)
  }

  private static func schema(_ kind: Kind) -> JSON {
    switch kind {
    case .text: .object([("type", .string("string"))])
    case .objective: .object([("type", .string("string")), ("pattern", .string("^[A-Za-z].*[<>]=? *[0-9].*$"))])
    case .boolean: .object([("type", .string("boolean"))])
    case .integer(let range):
      .object(
        [("type", .string("integer")), ("minimum", .integer(range.lowerBound))]
          + (range.upperBound == .max ? [] : [("maximum", .integer(range.upperBound))]))
    case .number(let least): .object([("type", .string("number")), ("minimum", .integer(Int(least)))])
    case .time: reference("time")
    case .size: reference("size")
    case .rate: reference("rate")
    case .share: reference("share")
    case .moment:
      .object([("type", .string("string")), ("pattern", .string("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?$"))])
    case .choice(let words): .object([("type", .string("string")), ("enum", .array(words.map { .string($0) }))])
    case .shape(let name):
      switch name {
      case "timeDistribution": .object([("anyOf", .array([reference("time"), reference(name)]))])
      case "sizeDistribution": .object([("anyOf", .array([reference("size"), reference(name)]))])
      case "numberDistribution": .object([("anyOf", .array([schema(.number(from: 0)), reference(name)]))])
      default: reference(name)  // over text
      }
    case .named(let value): .object([("type", .string("object")), ("additionalProperties", schema(value))])
    case .list(let item): .object([("type", .string("array")), ("items", schema(item))])
    case .either(let kinds): .object([("anyOf", .array(kinds.map { schema($0) }))])
    case .scalar:
      .object([("type", .array(["string", "number", "boolean"].map { .string($0) }))])
    case .anything: .object([])
    }
  }

  static func reference(_ name: String) -> JSON { .object([("$ref", .string("#/definitions/\(name)"))]) }

  private static let quantities: [(String, JSON)] = [
    ("time", quantity("A span of time", Time.units.map(\.name))),
    ("size", quantity("An amount of data, 1 KB being 1,024 B", Size.units.map(\.name))),
    ("rate", quantity("A rate", Quantity.rateUnits.map { "/ *\($0.name.dropFirst(2))" })),
    ("share", quantity("A share", ["%"])),
  ]

  private static func quantity(_ text: String, _ units: [String]) -> JSON {
    let number = "[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?"
    let pattern = "^\(number) *((thousand|million|billion) *)?(\(units.joined(separator: "|")))$"
    let names = units.map { $0.replacing(" *", with: " ") }.joined(separator: ", ")
    return .object([
      ("description", .string("\(text), a number with its unit: \(names).")),
      (
        "anyOf",
        .array([
          .object([("type", .string("string")), ("pattern", .string(pattern))]),
          .object([("type", .string("integer")), ("enum", .array([.integer(0)]))]),
        ])
      ),
    ])
  }
}
