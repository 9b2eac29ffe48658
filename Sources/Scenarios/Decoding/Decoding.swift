import Engine
import Services
import Units

/// The state of one decoding: faults and assumptions gather here while the tree is turned into typed configs.
///
/// A function that finds a fault notes it and gives nil, and its caller goes on with the next key, so that one
/// pass finds all faults. A nil therefore always has a fault behind it.
final class Decoding {
  /// The file's name for faults, and the folder that relative paths start from.
  let file: String
  let directory: String
  private(set) var faults: [ScenarioError] = []
  private(set) var assumptions: [Assumption] = []
  private var seenAssumptions: Set<Assumption> = []
  /// Calls from one resource to another, in the order of the file.
  var edges: [ResourceIndex.Edge] = []
  /// What leads from one function to another by asynchronous events, in the order of the file.
  var eventEdges: [ResourceIndex.Edge] = []
  /// Queues that asynchronous events end in.
  var eventQueues: [EventQueueReference] = []
  /// Defaults by function, noted only if it is invoked asynchronously.
  var eventInvokeDefaults: [String: [Assumption]] = [:]
  /// Calls of handlers, in the order of the file, and where functions say in which VPC they are.
  var networkCalls: [ResourceIndex.Edge] = []
  var networkPlaces: [String: ScenarioError.Place] = [:]
  /// What traffic and handlers ask of each table.
  var tableRequests: [String: Set<TableOperation.Kind>] = [:]
  /// Tables that say nothing of their keys.
  var tablesWithoutKeys: Set<String> = []
  /// Tables that do not say how many items a key has.
  var tablesWithoutItemsPerKey: Set<String> = []
  /// The same with their places, for faults that show only when the tables are decoded.
  var tableOperations: [OperationReference] = []
  /// Where figures of resources are asked for, by objectives and `replications`: which there are, only a run tells.
  var figurePlaces: [Objective.Metric: ScenarioError.Place] = [:]
  /// What is asked of databases, for faults that show only when these are decoded.
  var databaseQueries: [DatabaseQueryReference] = []
  /// Where the local indexes of a table stand.
  var localIndexPlaces: [String: ScenarioError.Place] = [:]
  /// Whether some call or traffic source says nothing of retries.
  var leavesOutRetries = false
  /// The keys of queues and of their mappings, for faults that show only when all resources are decoded.
  var queueNodes: [String: Fields] = [:]
  /// The keys of tables, for the same.
  var tableNodes: [String: Fields] = [:]
  /// The keys of proxies, for the same.
  var proxyNodes: [String: Fields] = [:]
  /// What functions reserve and provision, in the order of the file.
  var concurrencyClaims: [ConcurrencyClaim] = []
  /// Throughput that tables and their indexes ask for, in the order of the file.
  var throughputClaims: [ThroughputClaim] = []
  /// Canonical bytes of the files that the scenario reads.
  var attachments: [UInt8] = []

  /// Digests of those files, shared by the variants of one scenario.
  let digests: FileDigests
  /// Names of the file's variants, for references to them.
  let variantNames: [String]

  init(file: String, directory: String, digests: FileDigests = FileDigests(), variantNames: [String] = []) {
    self.variantNames = variantNames
    self.file = file
    self.directory = directory
    self.digests = digests
  }

  /// Notes a fault.
  func fault(_ place: ScenarioError.Place, found: String, wanted: String, advice: String = "") {
    faults.append(ScenarioError(place: place, found: found, wanted: wanted, advice: advice))
  }

  /// Notes a fault at a node; nil for the caller to return.
  func reject<Value>(_ node: YAMLNode, wanted: String, advice: String = "") -> Value? {
    fault(node.place, found: node.summary, wanted: wanted, advice: advice)
    return nil
  }

  /// The word that was probably meant. Beyond a hundred faults nobody reads on, and guesses would only cost time.
  func guess(_ text: String, in words: [String]) -> String? {
    faults.count < 100 ? closest(to: text, in: words) : nil
  }

  /// The advice that a word was probably meant; nil where none is near.
  func meant(_ text: String, in words: [String]) -> String? {
    guess(text, in: words).map { "did you mean `\($0)`?" }
  }

  /// Names for a fault, at most a dozen.
  func listed(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", .." : "")
  }

  /// Notes a default that the run uses; the same one counts once.
  func assume(
    _ subject: String, _ parameter: String, _ value: String, _ grade: Assumption.Grade, _ source: String, _ asOf: String
  ) {
    let assumption = Assumption(
      subject: subject, parameter: parameter, value: value, grade: grade, source: source, asOf: asOf)
    if seenAssumptions.insert(assumption).inserted { assumptions.append(assumption) }
  }

  /// The keys of a mapping of the given shape; nil if the node is no mapping. Unknown and missing keys are noted here.
  func fields(_ node: YAMLNode, _ shape: Shape) -> Fields? {
    guard case .mapping(let entries) = node.content else {
      return reject(node, wanted: "a mapping with the keys " + shape.fields.map(\.name).joined(separator: ", "))
    }
    for entry in entries where shape.field(entry.key) == nil {
      fault(
        entry.keyPlace, found: "the unknown key `\(YAMLNode.clip(entry.key))`",
        wanted: "one of " + shape.fields.map(\.name).joined(separator: ", "),
        advice: meant(entry.key, in: shape.fields.map(\.name)) ?? "leave it out")
    }
    let fields = Fields(shape: shape, place: node.place, entries: entries)
    for field in shape.fields {
      if case .required = field.presence, fields[field.name] == nil {
        fault(node.place, found: "no `\(field.name)`", wanted: "\(field.name): \(field.kind.wanted)", advice: "add it")
      }
    }
    if !shape.oneOf.isEmpty {
      let present = entries.filter { shape.oneOf.contains($0.key) }
      if present.count != 1 {
        let found = present.isEmpty ? "none" : present.map { "`\($0.key)`" }.joined(separator: " and ")
        fault(
          node.place, found: found, wanted: "exactly one of " + shape.oneOf.joined(separator: ", "),
          advice: present.isEmpty ? "add one" : "leave out all but one")
      }
    }
    return fields
  }
}

/// A mapping whose keys were checked against a shape.
struct Fields {
  let shape: Shape
  let place: ScenarioError.Place
  let entries: [YAMLNode.Entry]

  /// The value of a key; nil if the scenario leaves it out. The shape must know the key.
  subscript(key: String) -> YAMLNode? {
    // Asked a thousand times a scenario, and only a mistake in the decoder, which every test would show, makes it false.
    assert(shape.field(key) != nil, "the decoder asks only for keys of the shape \(shape.name), not \(key)")
    return entries.first { $0.key == key }?.value
  }

  /// What a fault about a key's value wants.
  func wanted(_ key: String) -> String { shape.field(key)?.kind.wanted ?? key }
}

/// The word nearest to what was written, if it is near enough to be meant: at most a third of its letters differ,
/// or it begins with three letters or more that are all that was written.
package func closest(to text: String, in words: [String]) -> String? {
  let clipped = text.prefix(64)
  let distances = words.map { (word: $0, distance: editDistance(clipped.lowercased(), $0.lowercased())) }
  guard let best = distances.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else { return nil }
  if best.distance <= max(1, best.word.count / 3) { return best.word }
  return clipped.count < 3 ? nil : words.first { $0.lowercased().hasPrefix(clipped.lowercased()) }
}

/// How many letters must be inserted, deleted, replaced or swapped with their neighbour (optimal string alignment).
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var cost = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
      if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
