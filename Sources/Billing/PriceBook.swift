import Engine
import Foundation
import Units

/// What AWS sells under one name: a service and a key within it.
public struct SKU: Hashable, Sendable {
  /// The service, such as `Lambda`.
  public let service: String
  /// The key within the service, such as `Request-ARM`.
  public let key: String

  /// The SKU of that service and key.
  public init(service: String, key: String) {
    self.service = service
    self.key = key
  }

  /// The SKU that a meter is priced by.
  public init(_ meter: Meter) { self.init(service: meter.service, key: meter.key) }
}

extension SKU: Comparable, CustomStringConvertible {
  /// By service, then by key.
  public static func < (a: SKU, b: SKU) -> Bool { (a.service, a.key) < (b.service, b.key) }
  /// Service and key with a space between, as errors name it.
  public var description: String { "\(service) \(key)" }
}

/// A price that holds from one quantity of the month up to the next tier.
public struct Tier: Hashable, Sendable {
  /// Priced units of the month from which the price holds, free quantities not counted; 0 for the first tier.
  public var from: Decimal { start.decimal }
  /// US dollars for one priced unit, at least 0.
  public let price: Money

  let start: PricedQuantity
}

/// The price of one SKU in the book's region.
public struct PriceEntry: Hashable, Sendable {
  /// How far a price can be trusted.
  public enum Grade: String, Hashable, Sendable, CaseIterable {
    /// Read from the source that the entry names.
    case verified
    /// Confirmed by no source; every bill that uses it says so.
    case unverified
  }

  /// What is sold.
  public let sku: SKU
  /// The SKU in words, such as `Duration, arm64`.
  public let description: String
  /// One priced unit, singular, such as `request` or `GB-month`.
  public let unit: String
  /// The source's date: a year, a month, a day, or `unknown`.
  public let asOf: String
  /// Where the price was read.
  public let source: String
  /// How far to trust it.
  public let grade: Grade
  /// Prices by quantity: at least one, from 0, ascending.
  public let tiers: [Tier]
}

/// A quantity that AWS does not charge each month, shared by the SKUs that it covers.
public struct FreeTier: Hashable, Sendable {
  /// Who gets a free quantity.
  public enum Offer: String, Hashable, Sendable, CaseIterable {
    /// Every paying account, for good.
    case always
    /// An account in its first twelve months, created before 2025-07-15.
    case twelveMonths
  }

  /// The quantity in words, such as `Lambda requests`.
  public let name: String
  /// Priced units that are free in a month.
  public var quantity: Decimal { amount.decimal }
  /// The unit of all covered SKUs.
  public let unit: String
  /// Who gets it.
  public let offer: Offer
  /// The source's date: a year, a month, a day, or `unknown`.
  public let asOf: String
  /// Where it was read.
  public let source: String
  /// The SKUs that share it, first served first; at least one.
  public let covers: [SKU]

  let amount: PricedQuantity
}

/// The prices of one region on one date, each with its source.
///
/// A book is read from YAML (`init(yaml:file:)`) or is one of those inside the program (`bundled(region:)`).
public struct PriceBook: Hashable, Sendable {
  /// The AWS region, such as `us-east-1`.
  public let region: String
  /// The day on which the prices were collected, `YYYY-MM-DD`.
  public let date: String
  /// The prices in the book's order, which is the order of bill lines; one per SKU.
  public let entries: [PriceEntry]
  /// The free quantities in the book's order, which is the order in which they are used up.
  public let freeTiers: [FreeTier]
  /// The file as it was read, for a hash of its content.
  public let bytes: [UInt8]

  private let positions: [SKU: Int]

  init(region: String, date: String, entries: [PriceEntry], freeTiers: [FreeTier], bytes: [UInt8]) {
    self.region = region
    self.date = date
    self.entries = entries
    self.freeTiers = freeTiers
    self.bytes = bytes
    positions = Dictionary(
      entries.enumerated().map { ($0.element.sku, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// The price of a SKU; nil when the book has none.
  public func entry(for sku: SKU) -> PriceEntry? { positions[sku].map { entries[$0] } }

  /// Whether the book has a price of a SKU.
  func has(_ sku: SKU) -> Bool { positions[sku] != nil }

  /// Places of some SKUs' prices in `entries`, in the book's order.
  func places(of skus: some Sequence<SKU>) -> [Int] { skus.compactMap { positions[$0] }.sorted() }
}

extension PriceBook {
  /// The regions that `bundled(region:)` knows, sorted.
  public static let bundledRegions = ["us-east-1"]

  /// The price book inside the program for a region.
  ///
  /// It is written in YAML and read from the same tree in JSON: Foundation reads that in a fifth of the instructions,
  /// and the YAML took more than half of a short run. `bytes` are the YAML's.
  ///
  /// Throws `PriceBookError` with a problem of kind `.noBundledBook` for any other region.
  public static func bundled(region: String) throws(PriceBookError) -> PriceBook {
    guard region == "us-east-1" else {
      let text = "no bundled prices for \(region); bundled: \(bundledRegions.joined(separator: ", "))"
      throw PriceBookError(
        file: region, problems: [.init(kind: .noBundledBook, line: nil, column: nil, description: text)])
    }
    let yaml = PackageResources.us_east_1_2026_11_yaml
    let json = Data(PackageResources.us_east_1_2026_11_json)
    var reader = PriceBookReader()
    guard let tree = (try? JSONSerialization.jsonObject(with: json)).flatMap({ PriceBookNode(json: $0) }),
      let book = reader.book(from: tree, bytes: yaml), reader.problems.isEmpty
    else { preconditionFailure("the bundled price book is sound, as tests hold it to") }
    return book
  }
}
