/// Exponential and normal numbers by the ziggurat (Marsaglia & Tsang, J. Stat. Software 5(8), 2000): 256 layers of one
/// area; in 98 to 99 of 100 draws one random word, one table line and one comparison do.
///
/// Of a word, bits 0 to 7 choose the layer, bit 8 the sign, bits 11 to 63 the place in the layer: no bit serves twice, a
/// flaw of the original (Doornik, 2005).
extension RandomStream {
  /// An exponential number of mean 1; never negative, and 0 with a probability of about 2^-53 only.
  @inlinable @inline(__always)
  public mutating func nextExponential() -> Double {
    let word = next()
    let layer = tables + PortableTables.exponentialLayers + 2 &* Int(truncatingIfNeeded: word & 255)
    let place = word &>> 11
    let x = Double(Int64(truncatingIfNeeded: place)) * Double(bitPattern: layer[1])
    return place < layer[0] ? x : exponentialAtEdge(word)
  }

  /// A normal number of mean 0 and standard deviation 1.
  @inlinable @inline(__always)
  public mutating func nextNormal() -> Double {
    let word = next()
    let layer = tables + PortableTables.normalLayers + 2 &* Int(truncatingIfNeeded: word & 255)
    let place = word &>> 11
    let x = Double(Int64(truncatingIfNeeded: place)) * Double(bitPattern: layer[1])
    return place < layer[0] ? Self.signed(x, by: word) : normalAtEdge(word)
  }

  /// What became of a word that fell outside the sure part of its layer: a number from the tail, from the layer's edge,
  /// or from a fresh word.
  @usableFromInline @inline(never)
  mutating func exponentialAtEdge(_ first: UInt64) -> Double {
    var word = first
    var start = 0.0
    while true {
      let layer = Int(truncatingIfNeeded: word & 255)
      let place = word &>> 11
      let line = tables + PortableTables.exponentialLayers + 2 * layer
      let x = Double(Int64(truncatingIfNeeded: place)) * Double(bitPattern: line[1])
      if place < line[0] { return start + x }
      if layer == 0 {
        // The tail of an exponential is the exponential again, further out.
        start += PortableTables.exponentialEdge
      } else {
        let heights = tables + PortableTables.exponentialHeights + layer
        if nextHeight(heights) < Portable.exp(-x, tables: tables) { return start + x }
      }
      word = next()
    }
  }

  /// As `exponentialAtEdge`, for the normal.
  @usableFromInline @inline(never)
  mutating func normalAtEdge(_ first: UInt64) -> Double {
    var word = first
    while true {
      let layer = Int(truncatingIfNeeded: word & 255)
      let place = word &>> 11
      let line = tables + PortableTables.normalLayers + 2 * layer
      let x = Double(Int64(truncatingIfNeeded: place)) * Double(bitPattern: line[1])
      if place < line[0] { return Self.signed(x, by: word) }
      if layer == 0 { return Self.signed(normalTail(), by: word) }
      let heights = tables + PortableTables.normalHeights + layer
      if nextHeight(heights) < Portable.exp(-0.5 * x * x, tables: tables) { return Self.signed(x, by: word) }
      word = next()
    }
  }

  /// A normal number beyond the edge, by Marsaglia's method (Technometrics 6, 1964).
  private mutating func normalTail() -> Double {
    while true {
      let beyond = nextExponential() / PortableTables.normalEdge
      if 2 * nextExponential() > beyond * beyond { return PortableTables.normalEdge + beyond }
    }
  }

  /// A height between the lower and the upper border of a layer.
  private mutating func nextHeight(_ heights: UnsafePointer<UInt64>) -> Double {
    let low = Double(bitPattern: heights[0])
    return low + nextUnit() * (Double(bitPattern: heights[1]) - low)
  }

  /// `x` with the sign that bit 8 of the word says.
  @inlinable @inline(__always)
  static func signed(_ x: Double, by word: UInt64) -> Double {
    Double(bitPattern: x.bitPattern | (word & 256) &<< 55)
  }
}
