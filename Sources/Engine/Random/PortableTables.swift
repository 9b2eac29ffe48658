/// The tables of `Portable` and of the ziggurat, in one block of words that is filled once and never freed.
///
/// A random stream keeps the address of the block, so that drawing looks up no global and checks no bounds. Two words
/// that are used together lie together. Layout, in words: powers of two (bits, tail), 128 pairs; logarithms
/// (reciprocal, logarithm, tail), 128 triples; layers of the exponential and of the normal ziggurat (limit, width), 256
/// pairs each; heights of both, 257 each.
@usableFromInline
enum PortableTables {
  @usableFromInline static var powers: Int { @inline(__always) get { 0 } }
  @usableFromInline static var logarithms: Int { @inline(__always) get { 256 } }
  @usableFromInline static var exponentialLayers: Int { @inline(__always) get { 640 } }
  @usableFromInline static var normalLayers: Int { @inline(__always) get { 1152 } }
  @usableFromInline static var exponentialHeights: Int { @inline(__always) get { 1664 } }
  @usableFromInline static var normalHeights: Int { @inline(__always) get { 1921 } }
  static var wordCount: Int { 2178 }

  /// The bits of 0.6875, where the first interval of the logarithm begins.
  static var lowestLogarithm: UInt64 { 0x3fe6_0000_0000_0000 }

  /// The block. Unsafe only by name: written before anyone can see it, read-only ever after.
  @usableFromInline nonisolated(unsafe) static let shared: UnsafePointer<UInt64> = {
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: wordCount)
    words.initialize(repeating: 0, count: wordCount)
    fillPowers(words)
    fillLogarithms(words)
    let tables = UnsafePointer(words)
    // Marsaglia & Tsang (J. Stat. Software 5(8), 2000). Edge and area solve "256 layers of one area close at the
    // top" to 25 digits; the sources print them with fewer.
    fillZiggurat(
      words, layersAt: exponentialLayers, heightsAt: exponentialHeights, edge: exponentialEdge,
      area: 0x1.02d84bc4b0285p-8,
      density: { Portable.exp(-$0, tables: tables) },
      inverse: { -Portable.logarithm($0, tables: tables).high })
    fillZiggurat(
      words, layersAt: normalLayers, heightsAt: normalHeights, edge: normalEdge, area: 0x1.43016a5a43732p-8,
      density: { Portable.exp(-0.5 * $0 * $0, tables: tables) },
      inverse: { (-2 * Portable.logarithm($0, tables: tables).high).squareRoot() })
    return tables
  }()

  /// Where the tail of the exponential ziggurat begins.
  static var exponentialEdge: Double { 0x1.ec9d9297ebb83p+2 }
  /// Where the tail of the normal ziggurat begins, in standard deviations.
  static var normalEdge: Double { 0x1.d3bb48209ad33p+1 }

  private static func fillPowers(_ words: UnsafeMutablePointer<UInt64>) {
    for i in 0..<128 {
      // `exp` adds the step number shifted by 45: 128 steps raise the exponent, the rest of them is taken off here.
      words[powers + 2 * i] = PortableLiterals.powersOfTwo[i] - UInt64(i) << 45
      words[powers + 2 * i + 1] = PortableLiterals.powerTails[i]
    }
  }

  private static func fillLogarithms(_ words: UnsafeMutablePointer<UInt64>) {
    for i in 0..<128 {
      let start = Double(bitPattern: lowestLogarithm + UInt64(i) << 45)
      let end = Double(bitPattern: lowestLogarithm + UInt64(i + 1) << 45)
      let rounded = (1024 / (start + end) + Portable.roundingShift) - Portable.roundingShift
      let reciprocal = start == 1 || end == 1 ? 1 : rounded / 512
      words[logarithms + 3 * i] = reciprocal.bitPattern
      words[logarithms + 3 * i + 1] = PortableLiterals.logarithms[i]
      words[logarithms + 3 * i + 2] = PortableLiterals.logarithmTails[i]
    }
  }

  /// Layer i reaches from 0 to x(i), and up to x(i + 1) lies wholly under the density. Layer 0 stands for the base strip
  /// with the tail, as if it were a rectangle of the same area.
  private static func fillZiggurat(
    _ words: UnsafeMutablePointer<UInt64>, layersAt: Int, heightsAt: Int, edge: Double, area: Double,
    density: (Double) -> Double, inverse: (Double) -> Double
  ) {
    var height = density(edge)
    var reach = area / height
    for layer in 0..<256 {
      var next = edge
      if layer > 0 {
        words[heightsAt + layer] = height.bitPattern
        height = layer == 255 ? 1 : height + area / reach
        next = layer == 255 ? 0 : inverse(height)
      }
      words[layersAt + 2 * layer] = UInt64(next / reach * 0x1p53)
      words[layersAt + 2 * layer + 1] = (reach * 0x1p-53).bitPattern
      reach = next
    }
    words[heightsAt + 256] = (1.0).bitPattern
  }
}
