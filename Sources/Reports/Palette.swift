/// The report's colours, for paper and for the dark, and the contrast between them.
///
/// Text, lines and their labels all keep a contrast of 4.5 to 1 or more against the page (WCAG 2.2, 1.4.3).
struct Palette: Sendable {
  /// The page.
  var paper: UInt32
  /// Cards, table heads and the strip on top.
  var raised: UInt32
  /// Text.
  var ink: UInt32
  /// Captions, units and half-widths.
  var muted: UInt32
  /// Rules and grid lines; decoration only.
  var rule: UInt32
  /// What is met.
  var good: UInt32
  /// What is missed.
  var bad: UInt32
  /// What the intervals leave open.
  var open: UInt32
  /// Lines, bands and bars, in order of use.
  var series: [UInt32]

  /// Dark on white.
  static let light = Palette(
    paper: 0xFFFFFF, raised: 0xF5F7F9, ink: 0x17212B, muted: 0x54616E, rule: 0xD9DFE5, good: 0x11693B, bad: 0xB3261E,
    open: 0x7A5200,
    series: [0x0B5CAD, 0xB4450E, 0x11693B, 0x6D3AA8, 0x0A6A75, 0x8A1C5B, 0x7A5200, 0x4D5B6A])

  /// Light on near-black.
  static let dark = Palette(
    paper: 0x11161C, raised: 0x19212A, ink: 0xE6EBF0, muted: 0xA3AFBB, rule: 0x303A45, good: 0x6FD39A, bad: 0xFF8F85,
    open: 0xE0C060,
    series: [0x7AB8FF, 0xFFA366, 0x6FD39A, 0xC9A6FF, 0x5FD0DC, 0xFF9ECB, 0xE0C060, 0xB4C0CC])

  /// The colours as CSS custom properties, without the braces.
  var properties: String {
    var named = [
      ("paper", paper), ("raised", raised), ("ink", ink), ("muted", muted), ("rule", rule), ("good", good),
      ("bad", bad), ("open", open),
    ]
    for (index, colour) in series.enumerated() { named.append(("s\(index)", colour)) }
    return named.map { "--\($0.0):\(Self.hexadecimal($0.1))" }.joined(separator: ";")
  }

  /// `#rrggbb`.
  static func hexadecimal(_ colour: UInt32) -> String {
    let digits = String(colour, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
