/// An amount of data in whole bytes. AWS's KB, MB and GB are binary: 1 KB is 1,024 bytes.
@frozen
public struct Size: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Bytes, never negative in a valid scenario.
  public var bytes: Int64

  /// A size of so many bytes.
  @inlinable public init(bytes: Int64) { self.bytes = bytes }

  /// So many KB of 1,024 bytes.
  @inlinable public static func kilobytes(_ n: Int64) -> Size { Size(bytes: n << 10) }
  /// So many MB of 1,024 KB.
  @inlinable public static func megabytes(_ n: Int64) -> Size { Size(bytes: n << 20) }
  /// So many GB of 1,024 MB.
  @inlinable public static func gigabytes(_ n: Int64) -> Size { Size(bytes: n << 30) }

  @inlinable public static func < (a: Size, b: Size) -> Bool { a.bytes < b.bytes }

  /// How many blocks of `block` bytes the size fills, the last one counted whole; 0 for an empty size.
  @inlinable public func blocks(of block: Size) -> Int64 { (bytes + block.bytes - 1) / block.bytes }
}

extension Size: CustomStringConvertible {
  /// The size in the largest unit that divides it, as scenarios write it: `512 MB`.
  public var description: String {
    if bytes == 0 { return "0 B" }
    for (unit, size) in Self.units.reversed() where bytes % size == 0 { return "\(bytes / size) \(unit)" }
    return "\(bytes) B"
  }

  /// Unit names that scenarios may use, each with its bytes, smallest first.
  public static let units: [(name: String, bytes: Int64)] = [
    ("B", 1), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30), ("TB", 1 << 40),
  ]
}
