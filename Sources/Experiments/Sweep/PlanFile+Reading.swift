import Foundation
import Scenarios

/// Why a plan, a shard or a merge cannot be used, in one line: place, found, wanted, advice.
public struct SweepFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// A fault of a file.
  public init(_ path: String, found: String, wanted: String, advice: String = "") {
    description = "\(path): found \(found), wanted \(wanted)\(advice.isEmpty ? "" : "; " + advice)"
  }

  /// A sentence about a file that has its own place, or else that of the file.
  init(_ sentence: String, of path: String) {
    description = sentence.contains(": found ") ? sentence : "\(path): \(sentence)"
  }
}

extension PlanFile {
  /// The file's first line, without the version of the format.
  private static let mark = "{\"windtunnelSweep\": "

  /// The bytes of `sweep.json` for a header and its points.
  public static func bytes(_ header: Header, _ points: DesignPoints) throws -> [UInt8] {
    precondition(header.points == points.count, "the header counts the points")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = Array("\(mark)\(format),\n\"header\": ".utf8)
    bytes += Array(try encoder.encode(header))
    bytes += Array(",\n\"points\": [\n".utf8)
    for point in 0..<points.count {
      bytes += Array(try encoder.encode(Array(points[point])))
      bytes += Array((point + 1 < points.count ? ",\n" : "\n").utf8)
    }
    return bytes + Array("]}\n".utf8)
  }

  /// Reads the file at `path`, line by line. Throws `SweepFault` for anything that `sweep plan` did not write.
  public static func load(path: String) throws(SweepFault) -> PlanFile {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SweepFault(path, found: "no readable file", wanted: "a sweep.json", advice: "write one with `sweep plan`")
    }
    return try PlanFile(Array(data), path: path)
  }

  /// As above, of the file's bytes; `path` names it in faults.
  public init(_ bytes: [UInt8], path: String) throws(SweepFault) {
    func broken(_ found: String) -> SweepFault {
      SweepFault(path, found: found, wanted: "a file as `sweep plan` wrote it", advice: "write it anew")
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).makeIterator()
    guard let first = lines.next().map({ String(decoding: $0, as: UTF8.self) }), first.hasPrefix(Self.mark) else {
      throw broken("no plan of a sweep")
    }
    guard first == "\(Self.mark)\(Self.format)," else {
      throw SweepFault(
        path, found: "format \(first.dropFirst(Self.mark.count).dropLast())", wanted: "format \(Self.format)",
        advice: "write the plan anew with this version")
    }
    let decoder = JSONDecoder()
    let opening = Array("\"header\": ".utf8)
    guard let line = lines.next(), line.starts(with: opening), line.last == UInt8(ascii: ","),
      let header = try? decoder.decode(Header.self, from: Data(line.dropFirst(opening.count).dropLast())),
      !header.parameters.isEmpty, header.points >= 1, header.replications >= 1,
      lines.next().map({ $0.elementsEqual("\"points\": [".utf8) }) == true
    else { throw broken("a broken header") }
    var points = DesignPoints(parameters: header.parameters.count)
    for number in 0..<header.points {
      guard let line = lines.next() else { throw broken("the end of the file after \(number) points") }
      let list = line.last == UInt8(ascii: ",") ? line.dropLast() : line
      guard let point = try? decoder.decode([String].self, from: Data(list)), point.count == header.parameters.count
      else { throw broken("no point on line \(number + 4)") }
      points.append(point)
    }
    guard lines.next().map({ $0.elementsEqual("]}".utf8) }) == true else { throw broken("no end of the points") }
    self.header = header
    self.points = points
    hash = SHA256.hexadecimal(of: bytes)
  }
}
