import ArgumentParser
import Billing
import Foundation
import Scenarios

/// What standard output gets.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, csv
}

/// What every command takes that reads scenarios, however many.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Replace a value of the scenario; may be repeated.", valueName: "path=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp("Prices to bill with. (default: those inside the program)", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var priceBook: String?

  @Option(help: "What standard output gets.")
  var format = OutputFormat.table

  @Flag(name: .shortAndLong, help: "No progress bar and no remarks on standard error; errors still come.")
  var quiet = false

  @Flag(help: "No colours; so do NO_COLOR and TERM=dumb.")
  var noColor = false

  func validate() throws {
    for setting in settings where Override(setting) == nil {
      throw ValidationError("--set takes path=value, as in --set duration='1 d', not '\(setting)'.")
    }
  }

  /// The settings, in order.
  var overrides: [Override] { settings.compactMap { Override($0) } }

  /// What `load` gives. Faults in `file` go to standard error, and the program ends with 65.
  func loading<Loaded>(_ file: String, _ load: () throws(ScenarioFaults) -> Loaded) throws -> Loaded {
    do { return try load() } catch {
      throw Faults(error.errors.map(\.description), in: file).report(noColor: noColor)
    }
  }

  /// The price book of `--price-book`, or the program's own for the Region. Faults end with 65.
  func prices(region: String) throws -> PriceBook {
    do {
      guard let priceBook else { return try PriceBook.bundled(region: region) }
      guard let bytes = Self.read(priceBook, atMost: PriceBook.maximumBytes + 1) else {
        let fault = "\(priceBook): found no readable file, wanted a price book; check the path"
        throw Faults([fault], in: priceBook).report(noColor: noColor)
      }
      let book = try PriceBook(yaml: bytes, file: priceBook)
      guard book.region == region else {
        let fault =
          "\(priceBook): found prices of \(book.region), wanted \(region); use a book of the scenario's region"
        throw Faults([fault], in: priceBook).report(noColor: noColor)
      }
      return book
    } catch let error as PriceBookError {
      throw Faults(error.description.split(separator: "\n").map(String.init), in: priceBook ?? "the price book")
        .report(noColor: noColor)
    }
  }

  /// The first bytes of a file; nil when there is none, or it cannot be read.
  private static func read(_ path: String, atMost count: Int) -> [UInt8]? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    // An empty file gives nil, a folder throws.
    do { return try file.read(upToCount: count).map { Array($0) } ?? [] } catch { return nil }
  }
}
