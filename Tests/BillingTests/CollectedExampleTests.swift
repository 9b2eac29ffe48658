import Billing
import Engine
import Foundation
import Testing
import Units

/// The collection of billing examples beside the repository, where it is present.
@Suite(.enabled(if: CollectedExample.all != nil, "needs the collection of billing examples"))
struct CollectedExampleTests {
  private func examples(_ isWanted: (CollectedExample) -> Bool) throws -> [CollectedExample] {
    try #require(CollectedExample.all).filter(isWanted)
  }

  private let prices: PriceBook
  init() throws { prices = try PriceBook.bundled(region: "us-east-1") }

  private func total(_ usage: [UsageLine], free: Bool) throws -> Money {
    try bill(
      usage: usage, runDuration: .hours(730), prices: prices, options: BillingOptions(freeTier: free)
    ).total
  }

  private func lambda(_ key: String, _ amount: Int64, per: Int64 = 1, service: String = "Lambda") -> UsageLine {
    UsageLine(meter: Meter(service: service, key: key, unitsPerPriced: per), resource: "r", amount: amount)
  }

  @Test("functions by requests, duration and memory cost what each example says")
  func functions() throws {
    let ids = ["aws-lambda-od-", "e2e-lambda-512", "e2e-lambda-128", "e2e-lambda-15B", "aws-lambda-edge"]
    let found = try examples { example in ids.contains { example.id.hasPrefix($0) } }
    #expect(found.count == 6)
    for example in found {
      let (requests, ms, mb) = (example["requests"], example["duration_ms"], example["memory_mb"])
      let isEdge = example.service == "LambdaEdge"
      let suffix = example.inputs["arch"] == "arm64" ? "-ARM" : ""
      var usage = [
        lambda(isEdge ? "Lambda-Edge-Request" : "Request" + suffix, requests, service: example.service),
        lambda(
          isEdge ? "Lambda-Edge-GB-Second" : "Lambda-GB-Second" + suffix, requests * ms * mb, per: 1_024_000,
          service: example.service),
      ]
      if example.inputs["ephemeral_mb"] != nil {
        usage.append(
          lambda("Lambda-Storage-GB-Second", requests * ms * (example["ephemeral_mb"] - 512), per: 1_024_000))
      }
      #expect(try total(usage, free: example.inputs["free_tier"] == "true") == example.expected, "\(example.id)")
    }
  }

  @Test("provisioned concurrency, pollers, tenants and streaming cost what each example says")
  func otherFunctions() throws {
    let found = try examples { $0.service == "Lambda" }
    let usages: [(String, (CollectedExample) -> [UsageLine], Bool)] = [
      (
        "aws-lambda-pc-2",
        { e in
          [
            lambda("Request", e["pc_requests"]),
            lambda(
              "Lambda-Provisioned-Concurrency", e["pc"] * e["pc_hours"] * 3_600_000 * e["memory_mb"], per: 1_024_000),
            lambda("Lambda-Provisioned-GB-Second", e["pc_requests"] * e["pc_ms"] * e["memory_mb"], per: 1_024_000),
          ]
        }, false
      ),
      (
        "e2e-lambda-pc-arm",
        { e in
          [
            lambda("Request-ARM", e["requests"]),
            lambda(
              "Lambda-Provisioned-Concurrency-ARM", e["pc"] * e["hours"] * 3_600_000 * e["memory_mb"], per: 1_024_000),
            lambda(
              "Lambda-Provisioned-GB-Second-ARM", e["requests"] * e["duration_ms"] * e["memory_mb"], per: 1_024_000),
          ]
        }, false
      ),
      (
        "aws-lambda-esm-sqs",
        { e in
          [
            lambda("Request", e["requests"]), lambda("Lambda-GB-Second", e["gb_s"]),
            lambda("ESM-EPU-SQS", e["epu_hours"]),
          ]
        }, false
      ),
      (
        "aws-lambda-tenant",
        { e in
          [
            lambda("Request", e["requests"]),
            lambda("Lambda-GB-Second", e["requests"] * e["duration_ms"] * e["memory_mb"], per: 1_024_000),
            lambda("TenantIsolation-EnvCreate", e["env_created"] * e["memory_mb"], per: 1_024),
          ]
        }, false
      ),
      (
        // The example has used up its 100 GB of free streaming elsewhere: 102,400 MB more leave the same.
        "aws-lambda-streaming",
        { e in
          [
            lambda("Request", e["requests"]),
            lambda("Lambda-GB-Second", e["requests"] * e["duration_ms"] * e["memory_mb"], per: 1_024_000),
            lambda(
              "Streaming-Response-Bytes", e["large_requests"] * (e["streamed_mb_large"] - 6) + 102_400, per: 1_024),
          ]
        }, true
      ),
    ]
    for (id, usage, free) in usages {
      let example = try #require(found.first { $0.id == id })
      #expect(try total(usage(example), free: free) == example.expected, "\(id)")
    }
  }

  @Test("APIs cost what each example says")
  func apis() throws {
    let found = try examples { $0.service == "APIGateway" }
    for (id, key, input) in [
      ("e2e-apigw-http-1B", "USE1-ApiGatewayHttpRequest", "requests"),
      ("e2e-apigw-rest-21B", "USE1-ApiGatewayRequest", "requests"),
    ] {
      let example = try #require(found.first { $0.id == id })
      #expect(try total([lambda(key, example[input], service: "APIGateway")], free: false) == example.expected)
    }
    let rest = try #require(found.first { $0.id == "aws-apigw-rest-1" })
    let calls = [lambda("USE1-ApiGatewayRequest", rest["requests"], service: "APIGateway")]
    #expect(try total(calls, free: false) == rest.breakdown["requests"].flatMap { Money($0) })
    // The page leaves a day of cache unrounded.
    let cache = try #require(found.first { $0.id == "aws-apigw-cache" })
    let hours = [lambda("Cache-1.6GB", cache["hours"], service: "APIGateway")]
    let bill = try bill(usage: hours, runDuration: .hours(730), prices: prices)
    #expect(bill.lines.map(\.amount) == [cache.expected])
  }

  @Test("tables on demand cost what each example says")
  func tables() throws {
    let found = try examples { ["ddb-od-650k", "e2e-ddb-od", "derived-ddb-od-free"].contains($0.id) }
    #expect(found.count == 3)
    let standing = ["storage_gb", "pitr_gb", "backup_gb"]
    let keys = [
      ("wru", "WriteRequestUnits"), ("rru", "ReadRequestUnits"), ("storage_gb", "TimedStorage-ByteHrs"),
      ("pitr_gb", "TimedPITRStorage-ByteHrs"), ("backup_gb", "TimedBackupStorage-ByteHrs"),
      ("restore_gb", "RestoreDataSize-Bytes"), ("streams", "Streams-RequestsCount"),
    ]
    for example in found {
      let usage = keys.filter { example.inputs[$0.0] != nil }.map { input, key in
        let isStanding = standing.contains(input)
        let meter = Meter(service: "DynamoDB", key: key, kind: isStanding ? .standing : .consumed)
        return UsageLine(
          meter: meter, resource: "table", amount: example[input] * (isStanding ? 730 * 3_600_000 : 1))
      }
      #expect(try total(usage, free: example.inputs["free_tier"] == "true") == example.expected, "\(example.id)")
    }
  }

  @Test("each line of a table costs what the example says at the book's own prices")
  func tableLines() throws {
    let found = try examples { $0.id.hasPrefix("ic-dynamodb_table-") }
    #expect(found.count == 11)
    let keys = [
      ("Write request unit (WRU)", "WriteRequestUnits"), ("Data storage", "TimedStorage-ByteHrs"),
      ("On-demand backup storage", "TimedBackupStorage-ByteHrs"),
      ("Streams read request unit (sRRU)", "Streams-RequestsCount"),
      ("Write capacity unit (WCU, autoscaling)", "WriteCapacityUnit-Hrs"),
      ("Write capacity unit (WCU)", "WriteCapacityUnit-Hrs"),
      ("Global table (us-east-2): Replicated write capacity unit (rWCU)", "ReplWriteCapacityUnit-Hrs"),
    ]
    for example in found {
      let component = try #require(example.inputs["component"])
      let key = try #require(keys.first { $0.0 == component }, "\(component)").1
      let isStanding = !["WriteRequestUnits", "Streams-RequestsCount"].contains(key)
      let line = UsageLine(
        meter: Meter(service: "DynamoDB", key: key, kind: isStanding ? .standing : .consumed), resource: "table",
        amount: example["quantity"] * (isStanding ? 730 * 3_600_000 : 1))
      #expect(try total([line], free: false) == example.expected, "\(example.id)")
    }
  }

  @Test("every single-price line, at the example's own price, rounds to the cents that it says")
  func singleLines() throws {
    let found = try examples {
      $0.id.hasPrefix("ic-") && $0.inputs["unit_price"] != nil && $0.inputs["quantity"] != nil
    }
    #expect(found.count > 100)
    for example in found {
      let price = try #require(example.inputs["unit_price"].flatMap { plain($0) })
      let quantity = try #require(example.inputs["quantity"].flatMap { plain($0) })
      let prices = try book([TestPrice(key: "K", tiers: [("0", price)])])
      // The quantity's decimals go into the meter: so many of its smallest units make a priced one.
      let decimals = quantity.split(separator: ".").dropFirst().first?.count ?? 0
      let amount = try #require(Int64(quantity.filter { $0 != "." }))
      let per = (0..<decimals).reduce(Int64(1)) { value, _ in value * 10 }
      #expect(try monthly([used("K", amount, per: per)], prices).total == example.expected, "\(example.id)")
    }
  }

  @Test("every hourly record is its quantity times its price, rounded half-up to ten decimals")
  func hourlyRecords() throws {
    let found = try examples { $0.id.hasPrefix("focus-") && $0.inputs["price"] != nil }
    #expect(found.count >= 18)
    for example in found {
      let price = try #require(example.inputs["price"].flatMap { plain($0) }.flatMap { Money($0) })
      let quantity = try #require(example.inputs["quantity"].flatMap { plain($0) }.flatMap { Money($0) })
      #expect((price * quantity.amount).rounded(decimals: 10) == example.expected, "\(example.id)")
    }
  }

  /// A decimal without its exponent, as books and bills write it.
  private func plain(_ text: String) -> String? {
    Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))?.description
  }
}

/// One row of the collection.
struct CollectedExample {
  let id: String
  let service: String
  let expected: Money
  let inputs: [String: String]
  let breakdown: [String: String]

  /// A whole number among the inputs; 0 when there is none, which no expected amount survives.
  subscript(name: String) -> Int64 { inputs[name].flatMap { Int64($0) } ?? 0 }

  /// Every row; nil when the collection is not there.
  static let all: [CollectedExample]? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "../shared/data/billing-examples.csv").standardized
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    return text.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      let fields = fields(of: line)
      guard fields.count >= 6, let expected = Money(fields[4]) else { return nil }
      return CollectedExample(
        id: fields[0], service: fields[1], expected: expected, inputs: values(of: fields[3]),
        breakdown: values(of: fields[5]))
    }
  }()

  /// The fields of a CSV line; quotes hold commas, doubled quotes hold one.
  private static func fields(of line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    var afterQuote = false
    for character in line {
      switch character {
      case "\"":
        if afterQuote { fields[fields.count - 1].append("\"") }
        afterQuote = isQuoted
        isQuoted.toggle()
        continue
      case "," where !isQuoted: fields.append("")
      case _: fields[fields.count - 1].append(character)
      }
      afterQuote = false
    }
    return fields
  }

  /// The scalar members of a JSON object as text.
  private static func values(of json: String) -> [String: String] {
    let members = try? JSONDecoder().decode([String: Member].self, from: Data(json.utf8))
    return (members ?? [:]).compactMapValues(\.text)
  }

  /// A member of a JSON object as text; nil when it is a list or an object.
  private struct Member: Decodable {
    let text: String?

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let text = try? value.decode(String.self) {
        self.text = text
      } else if let flag = try? value.decode(Bool.self) {
        text = "\(flag)"
      } else {
        text = (try? value.decode(Decimal.self))?.description
      }
    }
  }
}
