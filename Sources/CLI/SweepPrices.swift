import Billing
import Experiments
import Foundation

/// The prices that a plan was written with.
enum SweepPrices {
  /// The book in a file; of which Region it must be, the scenario says.
  static func read(_ path: String) throws -> PriceBook {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw SweepFault(path, found: "no readable file", wanted: "a price book", advice: "check the path")
    }
    return try PriceBook(yaml: Array(bytes), file: path)
  }

  /// The book of `path`, or the program's own; throws when it is not the one that the plan names.
  static func book(of plan: PlanFile, given path: String?) throws -> PriceBook {
    let book: PriceBook
    if let path {
      book = try read(path)
    } else {
      book = try PriceBook.bundled(region: plan.header.prices.path)
    }
    let hash = SHA256.hexadecimal(of: book.bytes)
    guard hash == plan.header.prices.sha256 else {
      throw SweepFault(
        path ?? "the program's prices", found: "prices \(hash.prefix(12))",
        wanted: "those of the plan, \(plan.header.prices.sha256.prefix(12))", advice: "give them with --price-book")
    }
    return book
  }
}
