/// One line of a trace, read cell by cell from the left. Valid until its file reads on.
///
/// Cells are separated by commas and may be quoted as in RFC 4180, with quotes doubled inside; a quoted cell may hold
/// commas but no line break. Spaces belong to the cell.
struct TraceLine {
  /// Outlives the line, which is used only while the file is being read.
  private unowned(unsafe) let file: TraceFile
  let number: Int
  private let bytes: UnsafePointer<UInt8>
  private let count: Int
  /// Offset of the next cell; beyond `count` when the last one is read.
  private var position = 0

  /// Highest count that a cell may hold.
  static let countMax: Int64 = 1 << 31

  init(file: TraceFile, number: Int, bytes: UnsafePointer<UInt8>, count: Int) {
    self.file = file
    self.number = number
    self.bytes = bytes
    self.count = count
  }

  /// Whether all cells are read.
  var isExhausted: Bool { position > count }
  /// Whether the line has no bytes.
  var isEmpty: Bool { count == 0 }

  /// A cell: where its text lies, without quotes.
  private struct Cell {
    var text: Range<Int>
    var hasDoubledQuotes: Bool
  }

  /// Reads one cell. The caller has checked that there is one.
  private mutating func nextCell() throws(TraceError) -> Cell {
    let begin = position
    var at = begin
    guard at < count, bytes[at] == UInt8(ascii: "\"") else {
      while at < count, bytes[at] != UInt8(ascii: ",") {
        if bytes[at] == UInt8(ascii: "\"") {
          throw error(at: at, found: "a quote inside a cell", wanted: "a comma", fix: "quote the whole cell or no part")
        }
        at += 1
      }
      position = at + 1
      return Cell(text: begin..<at, hasDoubledQuotes: false)
    }
    at += 1
    var doubled = false
    while true {
      guard at < count else {
        throw error(
          at: begin, found: "a quote that is not closed", wanted: "a closing quote on the same line", fix: "close it")
      }
      if bytes[at] == UInt8(ascii: "\"") {
        guard at + 1 < count, bytes[at + 1] == UInt8(ascii: "\"") else { break }
        doubled = true
        at += 1
      }
      at += 1
    }
    guard at + 1 == count || bytes[at + 1] == UInt8(ascii: ",") else {
      throw error(at: at + 1, found: "text after a closing quote", wanted: "a comma", fix: "quote the whole cell")
    }
    position = at + 2
    return Cell(text: begin + 1..<at, hasDoubledQuotes: doubled)
  }

  /// The text of the next cell. The caller has checked that there is one.
  mutating func nextText() throws(TraceError) -> String {
    let cell = try nextCell()
    let slice = UnsafeBufferPointer(start: bytes + cell.text.lowerBound, count: cell.text.count)
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw error(
        at: cell.text.lowerBound, found: "bytes that are not UTF-8", wanted: "text in UTF-8", fix: "convert it")
    }
    return cell.hasDoubledQuotes ? Self.withoutDoubledQuotes(text) : text
  }

  private static func withoutDoubledQuotes(_ text: String) -> String {
    var result = ""
    var isSecond = false
    for scalar in text.unicodeScalars {
      isSecond = scalar == "\"" && !isSecond
      if !isSecond { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// Passes over cells; stops at the end of the line.
  mutating func skip(_ cells: Int) throws(TraceError) {
    for _ in 0..<cells where !isExhausted {
      var at = position
      while at < count, bytes[at] != UInt8(ascii: ","), bytes[at] != UInt8(ascii: "\"") { at += 1 }
      if at < count, bytes[at] == UInt8(ascii: "\"") { _ = try nextCell() } else { position = at + 1 }
    }
  }

  /// Reads a count from 0 to 2^31. The caller has checked that there is a cell.
  @inline(__always)
  mutating func nextCount() throws(TraceError) -> Int64 {
    var at = position
    var value: Int64 = 0
    while at < count {
      let digit = bytes[at] &- UInt8(ascii: "0")
      if digit > 9 { break }
      value = value &* 10 &+ Int64(digit)
      at += 1
    }
    let length = at - position
    if length > 0, length <= 10, value <= Self.countMax, at == count || bytes[at] == UInt8(ascii: ",") {
      position = at + 1
      return value
    }
    return try nextOddCount()
  }

  /// Reads a count that is quoted or has leading zeros, or says what is wrong with it.
  private mutating func nextOddCount() throws(TraceError) -> Int64 {
    let text = try nextCell().text
    let wanted = "a whole number, 0 or more"
    var value: Int64 = 0
    for offset in text {
      let digit = bytes[offset] &- UInt8(ascii: "0")
      guard digit <= 9 else {
        let isNumber = Double(excerpt(text))?.isFinite == true
        let fix =
          isNumber && bytes[text.lowerBound] == UInt8(ascii: "-")
          ? "counts are not negative" : isNumber ? "round it: counts have no fraction or exponent" : "write digits only"
        throw error(at: text.lowerBound, found: "\"\(excerpt(text))\"", wanted: wanted, fix: fix)
      }
      value = value * 10 + Int64(digit)
      if value > Self.countMax {
        throw error(
          at: text.lowerBound, found: excerpt(text), wanted: "a count of at most 2147483648",
          fix: "use shorter intervals or several columns")
      }
    }
    if text.isEmpty {
      throw error(at: text.lowerBound, found: "an empty cell", wanted: wanted, fix: "write 0 where nothing arrived")
    }
    return value
  }

  /// Reads a time in seconds, such as `12.5` or `5e-05`, as ns, rounded half-up. The caller has checked that there is a
  /// cell. Digits beyond the 18th are dropped.
  mutating func nextSeconds() throws(TraceError) -> Int64 {
    // The plain form with at most nine digits on either side of the point; all else goes the long way.
    var at = position
    var value: Int64 = 0
    var unit: Int64 = 1_000_000_000
    while at < count, bytes[at] &- UInt8(ascii: "0") <= 9 {
      value = value &* 10 &+ Int64(bytes[at] &- UInt8(ascii: "0"))
      at += 1
    }
    let whole = at - position
    if at < count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      while at < count, bytes[at] &- UInt8(ascii: "0") <= 9 {
        value = value &* 10 &+ Int64(bytes[at] &- UInt8(ascii: "0"))
        unit /= 10
        at += 1
      }
    }
    if 1...9 ~= whole, unit > 0, at == count || bytes[at] == UInt8(ascii: ",") {
      position = at + 1
      return value &* unit
    }
    return try nextOddSeconds()
  }

  private mutating func nextOddSeconds() throws(TraceError) -> Int64 {
    let text = try nextCell().text
    guard let (digits, exponent) = decimal(text) else {
      let isNegative = !text.isEmpty && bytes[text.lowerBound] == UInt8(ascii: "-") && Double(excerpt(text)) != nil
      throw error(
        at: text.lowerBound, found: text.isEmpty ? "an empty cell" : "\"\(excerpt(text))\"",
        wanted: "seconds from the start, 0 or more, such as 12.5",
        fix: isNegative ? "count from the first arrival or before it" : "write a plain number")
    }
    guard let nanoseconds = Self.scaled(digits, exponent + 9) else {
      throw error(at: text.lowerBound, found: excerpt(text), wanted: "at most 292 years", fix: "count in seconds")
    }
    return nanoseconds
  }

  /// digits x 10^exponent of a plain decimal number.
  private func decimal(_ text: Range<Int>) -> (digits: Int64, exponent: Int)? {
    var (digits, exponent, at, seen) = (Int64(0), 0, text.lowerBound, false)
    var isFraction = false
    while at < text.upperBound {
      let digit = bytes[at] &- UInt8(ascii: "0")
      if digit <= 9 {
        seen = true
        if digits < 100_000_000_000_000_000 {
          digits = digits * 10 + Int64(digit)
          exponent -= isFraction ? 1 : 0
        } else {
          exponent += isFraction ? 0 : 1
        }
      } else if bytes[at] == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        break
      }
      at += 1
    }
    guard seen else { return nil }
    guard at < text.upperBound else { return (digits, exponent) }
    guard bytes[at] | 0x20 == UInt8(ascii: "e"), text.upperBound - at <= 6,
      let power = Int(excerpt(at + 1..<text.upperBound))
    else { return nil }
    return (digits, exponent + power)
  }

  /// digits x 10^exponent, rounded half-up; nil beyond Int64. digits is below 10^18.
  private static func scaled(_ digits: Int64, _ exponent: Int) -> Int64? {
    var (value, exponent) = (digits, exponent)
    if value == 0 { return 0 }
    while exponent > 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
      exponent -= 1
    }
    if exponent < -18 { return 0 }
    guard exponent < 0 else { return value }
    var divisor: Int64 = 1
    for _ in exponent..<0 { divisor *= 10 }
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return quotient + (rest >= divisor - rest ? 1 : 0)
  }

  /// An error at a byte of this line.
  func error(at offset: Int, found: String, wanted: String, fix: String) -> TraceError {
    TraceError(file: file.path, line: number, column: offset + 1, found: found, wanted: wanted, fix: fix)
  }

  /// An error at the next cell.
  func error(found: String, wanted: String, fix: String) -> TraceError {
    error(at: position, found: found, wanted: wanted, fix: fix)
  }

  /// Throws if the next cell begins where the header has ended, or the reverse; called between and after cells.
  @inline(__always)
  func requireCell(_ index: Int, of total: Int) throws(TraceError) {
    if isExhausted != (index == total) { throw try wrongCells(total) }
  }

  /// What to throw for a line that has another number of cells than the header.
  func wrongCells(_ total: Int) throws(TraceError) -> TraceError {
    var whole = TraceLine(file: file, number: number, bytes: bytes, count: count)
    var cells = 0
    while !whole.isExhausted {
      _ = try whole.nextCell()
      cells += 1
    }
    return error(
      at: min(position, count), found: isEmpty ? "an empty line" : "\(cells) cell\(cells == 1 ? "" : "s")",
      wanted: "\(total) cells, as in the header", fix: isEmpty ? "remove it" : "fill the row up, or shorten it")
  }

  /// Text for a message: shortened, and without control characters.
  private func excerpt(_ text: Range<Int>) -> String {
    let shown = UnsafeBufferPointer(start: bytes + text.lowerBound, count: min(40, text.count))
    let clean = String(decoding: shown.lazy.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    return text.count > 40 ? clean + ".." : clean
  }
}
