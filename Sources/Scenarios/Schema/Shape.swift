/// The description of one kind of mapping in a scenario: its keys, and what may stand at each.
///
/// Decoder and JSON Schema both read it: the decoder cannot ask for a key that its shape lacks, and a test makes sure
/// that it reads every key that the shape has.
struct Shape: Sendable {
  /// Name of the definition in the schema.
  let name: String
  /// What it is, for the reader of the schema.
  let text: String
  /// Its keys, in the order of the documentation.
  let fields: [Field]
  /// Of these keys exactly one must be there; empty for no such rule.
  let oneOf: [String]

  init(_ name: String, _ text: String, oneOf: [String] = [], _ fields: [Field]) {
    self.name = name
    self.text = text
    self.fields = fields
    self.oneOf = oneOf
  }

  /// The key's description; nil if there is no such key.
  func field(_ name: String) -> Field? { fields.first { $0.name == name } }
}

/// One key of a mapping.
struct Field: Sendable {
  /// Whether the key may be left out.
  enum Presence: Sendable {
    case required
    case optional
    /// Optional with this value when left out, as a scenario would write it.
    case `default`(String)
  }

  let name: String
  let kind: Kind
  let presence: Presence
  /// Meaning, unit and range in a sentence.
  let text: String

  /// A key that must be there.
  static func required(_ name: String, _ kind: Kind, _ text: String) -> Field {
    Field(name: name, kind: kind, presence: .required, text: text)
  }
  /// A key that may be missing.
  static func optional(_ name: String, _ kind: Kind, _ text: String) -> Field {
    Field(name: name, kind: kind, presence: .optional, text: text)
  }
  /// A key with a default.
  static func defaulted(_ name: String, _ kind: Kind, _ value: String, _ text: String) -> Field {
    Field(name: name, kind: kind, presence: .default(value), text: text)
  }
}

/// What may stand at a key.
indirect enum Kind: Sendable {
  case text
  case boolean
  case integer(ClosedRange<Int>)
  case number(from: Double)
  case time, size, rate, share
  /// A UTC moment.
  case moment
  /// `latency.p99 < 300 ms`.
  case objective
  /// One of these words.
  case choice([String])
  /// A mapping of the shape with this name.
  case shape(String)
  /// Names chosen by the author, each with a value.
  case named(Kind)
  case list(Kind)
  case either([Kind])
  /// A single value of any type: what is right depends on where it goes.
  case scalar
  /// Any value, list or mapping; what is right depends on where it goes.
  case anything
}

extension Kind {
  /// What belongs there, for a fault: `a time with its unit, as in 250 ms`.
  var wanted: String {
    switch self {
    case .text: "a text"
    case .boolean: "true or false"
    case .integer(let range):
      range.upperBound == .max
        ? "a whole number, \(range.lowerBound) or more" : "a whole number, \(range.lowerBound) to \(range.upperBound)"
    case .number(let least): "a number, \(least == 0 ? "0" : String(least)) or more"
    case .time: "a time, as in `250 ms`"
    case .size: "a size, as in `2 KB`"
    case .rate: "a rate, as in `120 / s`"
    case .share: "a share, as in `0.1 %`"
    case .moment: "a UTC moment, as in `2026-06-01T00:00:00Z`"
    case .objective: "an objective, as in `latency.p99 < 300 ms`"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .shape("timeDistribution"): "a time or a distribution of times, as in `2 s`"
    case .shape("sizeDistribution"): "a size or a distribution of sizes, as in `2 KB`"
    case .shape("numberDistribution"): "a number or a distribution of numbers, as in `5`"
    case .shape(let name): "a mapping (\(name))"
    case .named: "a mapping of names"
    case .list: "a list"
    case .either(let kinds): kinds.map(\.wanted).joined(separator: ", or ")
    case .scalar: "a single value"
    case .anything: "a value, a list or a mapping"
    }
  }
}
