import Foundation

/// A point in a shard's file: its figures, and the line that seals them.
///
/// A line that begins with `:` names the figures with their units; below it stands a line of values a replication. A
/// point that failed has one line, `!` and the reason. The seal is `=`, the point, the bytes above it and their hash:
/// a block that was torn by a crash or edited by hand has none that fits.
struct ShardBlock {
  let point: Int
  /// The lines above the seal, line ends included.
  let body: ArraySlice<UInt8>

  /// The bytes of a point, its seal included.
  static func bytes(_ outcome: PointOutcome) -> [UInt8] {
    var bytes: [UInt8] = []
    if let failure = outcome.failure {
      bytes += Array(("!" + oneLine(failure) + "\n").utf8)
    } else {
      var names: [PointFigure] = []
      for figures in outcome.figures {
        if names.isEmpty || !figures.elementsEqual(names, by: { $0.name == $1.name && $0.unit == $1.unit }) {
          names = figures
          bytes += Array((":" + figures.map { "\($0.unit) \($0.name)" }.joined(separator: ",") + "\n").utf8)
        }
        for (place, figure) in figures.enumerated() {
          if place > 0 { bytes.append(comma) }
          bytes.append(contentsOf: figure.value.description.utf8)
        }
        bytes.append(lineFeed)
      }
    }
    return bytes + seal(outcome.point, bytes[...])
  }

  /// A block of a body and the line after it, without its end; nil when that does not seal the body.
  init?(body: ArraySlice<UInt8>, sealed line: ArraySlice<UInt8>) {
    guard line.first == Self.equals else { return nil }
    var point = 0
    var digits = 0
    for byte in line.dropFirst() {
      if byte == Self.comma { break }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 18 else { return nil }
      point = point * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
    }
    guard digits > 0, Self.seal(point, body).dropLast().elementsEqual(line) else { return nil }
    self.point = point
    self.body = body
  }

  /// The point as it was written; nil for a body that nobody here has written.
  var outcome: PointOutcome? {
    if body.first == UInt8(ascii: "!") {
      return PointOutcome(
        point: point, figures: [], failure: String(decoding: body.dropFirst().dropLast(), as: UTF8.self))
    }
    var replications: [[PointFigure]] = []
    var names: [PointFigure] = []
    for line in body.split(separator: Self.lineFeed) {
      if line.first == UInt8(ascii: ":") {
        guard let found = Self.names(line.dropFirst()) else { return nil }
        names = found
        continue
      }
      let cells = line.split(separator: Self.comma, omittingEmptySubsequences: false)
      guard cells.count == names.count else { return nil }
      var figures = names
      for (place, cell) in cells.enumerated() {
        guard let value = Double(String(decoding: cell, as: UTF8.self)) else { return nil }
        figures[place].value = value
      }
      replications.append(figures)
    }
    return PointOutcome(point: point, figures: replications, failure: nil)
  }

  private static func names(_ line: ArraySlice<UInt8>) -> [PointFigure]? {
    var figures: [PointFigure] = []
    for cell in line.split(separator: comma) {
      guard let space = cell.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      figures.append(
        PointFigure(
          name: String(decoding: cell[(space + 1)...], as: UTF8.self),
          unit: String(decoding: cell[..<space], as: UTF8.self), value: .nan))
    }
    return figures
  }

  /// At most a thousand characters, without line ends and other control characters.
  private static func oneLine(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(1_000).map { $0.value < 32 || $0.value == 127 ? " " : $0 }
    return String(String.UnicodeScalarView(scalars))
  }

  /// The seal of a body, its line end included: FNV-1a of 64 bits over point and body.
  private static func seal(_ point: Int, _ body: ArraySlice<UInt8>) -> [UInt8] {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(point)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    body.withUnsafeBufferPointer { body in
      for byte in body { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    return Array("=\(point),\(body.count),\(String(hash, radix: 16))\n".utf8)
  }

  static let lineFeed = UInt8(ascii: "\n")
  static let equals = UInt8(ascii: "=")
  private static let comma = UInt8(ascii: ",")
}
