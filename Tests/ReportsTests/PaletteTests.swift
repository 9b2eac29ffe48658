import Foundation
import Testing

@testable import Reports

@Suite struct PaletteTests {
  /// Relative luminance as WCAG 2.2 defines it.
  private func luminance(_ colour: UInt32) -> Double {
    let parts = [16, 8, 0].map { shift -> Double in
      let share = Double((colour >> UInt32(shift)) & 255) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ a: UInt32, _ b: UInt32) -> Double {
    let (dark, bright) = (min(luminance(a), luminance(b)), max(luminance(a), luminance(b)))
    return (bright + 0.05) / (dark + 0.05)
  }

  @Test("black on white has the contrast of 21 that WCAG names")
  func reference() {
    #expect(abs(contrast(0x000000, 0xFFFFFF) - 21) < 1e-9)
  }

  @Test("text, verdicts and lines keep a contrast of 4.5 to the page and to raised parts", arguments: [true, false])
  func readable(isDark: Bool) {
    let palette = isDark ? Palette.dark : Palette.light
    let texts = [palette.ink, palette.muted, palette.good, palette.bad, palette.open] + palette.series
    for colour in texts {
      #expect(contrast(colour, palette.paper) >= 4.5, "\(Palette.hexadecimal(colour)) on the page")
      #expect(contrast(colour, palette.raised) >= 4.5, "\(Palette.hexadecimal(colour)) on raised parts")
    }
  }

  @Test("every style of a line has a colour, and no two share one")
  func distinct() {
    #expect(Palette.light.series.count == 8 && Palette.dark.series.count == 8)
    #expect(Set(Palette.light.series).count == 8 && Set(Palette.dark.series).count == 8)
  }
}
