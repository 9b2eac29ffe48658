/// Everything that is wrong with a price book, all at once.
public struct PriceBookError: Error, Hashable, Sendable {
  /// One thing that is wrong, and where.
  public struct Problem: Hashable, Sendable {
    /// The sort of problem.
    public enum Kind: Hashable, Sendable {
      /// No book for that region in the program.
      case noBundledBook
      /// More than `PriceBook.maximumBytes`.
      case tooLarge
      /// Bytes that are not UTF-8.
      case notUTF8
      /// Not YAML, or not a single document.
      case syntax
      /// A YAML anchor or alias.
      case alias
      /// A list where a mapping belongs, and the like.
      case wrongShape
      /// A key that price books do not have.
      case unknownKey
      /// A key that is not there.
      case missingKey
      /// The same key, SKU or name twice.
      case duplicate
      /// A text that is empty, no date, or none of the allowed words.
      case badValue
      /// A price or quantity that is not a plain decimal in range.
      case notDecimal
      /// Tiers that do not start at 0 or do not ascend.
      case tierOrder
      /// A free tier for a SKU without a price in the book, or in another unit.
      case unknownSKU
    }

    /// The sort of problem.
    public let kind: Kind
    /// The line, from 1; nil when the problem has no place.
    public let line: Int?
    /// The column, from 1; nil when the problem has no place.
    public let column: Int?
    /// What was found, what was wanted.
    public let description: String

    var place: (Int, Int) { (line ?? 0, column ?? 0) }
  }

  /// The file's name as it was given.
  public let file: String
  /// The problems in the order of the file; at least one.
  public let problems: [Problem]
}

extension PriceBookError: CustomStringConvertible {
  /// One line per problem: `prices.yaml:12:5: found the unknown key ..`.
  public var description: String {
    problems.map { problem in
      let place = ":\(problem.line ?? 1):\(problem.column ?? 1)"
      return "\(file)\(place): \(problem.description)"
    }.joined(separator: "\n")
  }
}
