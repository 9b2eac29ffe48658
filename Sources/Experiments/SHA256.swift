/// The hash that names input files in a manifest: SHA-256 as in FIPS 180-4, section 6.2.
///
/// Small and plain rather than fast (about 100 MB a second); it proves that two files are equal, and protects nothing.
public enum SHA256 {
  /// The hash of `bytes` as 64 lower-case hexadecimal digits; of any number of bytes, none included.
  public static func hexadecimal(of bytes: [UInt8]) -> String {
    var running = Running()
    running.add(bytes)
    return running.hexadecimal()
  }

  private static func digits(of state: [UInt32]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for word in state {
      for shift in stride(from: 28, through: 0, by: -4) { text.append(digits[Int(word >> UInt32(shift)) & 15]) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The hash of a text's UTF-8 bytes as 64 lower-case hexadecimal digits.
  public static func hexadecimal(of text: String) -> String { hexadecimal(of: Array(text.utf8)) }

  /// The hash of bytes that come piece by piece.
  public struct Running: Sendable {
    private var state = SHA256.initial
    private var schedule = [UInt32](repeating: 0, count: 64)
    /// What does not fill a block yet.
    private var rest: [UInt8] = []
    private var length = 0

    /// Of nothing yet.
    public init() {}

    /// Takes in the next bytes.
    public mutating func add(_ bytes: [UInt8]) {
      length += bytes.count
      let bytes = rest.isEmpty ? bytes : rest + bytes
      let whole = bytes.count / 64 * 64
      for start in stride(from: 0, to: whole, by: 64) { SHA256.mix(bytes, at: start, into: &state, &schedule) }
      rest = Array(bytes[whole...])
    }

    /// The hash of all bytes so far as 64 lower-case hexadecimal digits.
    public func hexadecimal() -> String { SHA256.digits(of: final()) }

    fileprivate func final() -> [UInt32] {
      var (state, schedule) = (state, schedule)
      let tail = SHA256.padding(after: rest[...], length: length)
      for start in stride(from: 0, to: tail.count, by: 64) { SHA256.mix(tail, at: start, into: &state, &schedule) }
      return state
    }
  }

  /// The last bytes, a one bit, zeros, and the length in bits: one or two whole blocks.
  private static func padding(after rest: ArraySlice<UInt8>, length: Int) -> [UInt8] {
    var tail = Array(rest)
    tail.append(0x80)
    while tail.count % 64 != 56 { tail.append(0) }
    let bits = UInt64(length) * 8
    for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    return tail
  }

  private static func mix(_ bytes: [UInt8], at start: Int, into state: inout [UInt32], _ schedule: inout [UInt32]) {
    for index in 0..<16 {
      let at = start + 4 * index
      let high = UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16
      schedule[index] = high | UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3])
    }
    for index in 16..<64 {
      let early = schedule[index - 15]
      let late = schedule[index - 2]
      let low = rotate(early, 7) ^ rotate(early, 18) ^ (early >> 3)
      let high = rotate(late, 17) ^ rotate(late, 19) ^ (late >> 10)
      schedule[index] = schedule[index - 16] &+ low &+ schedule[index - 7] &+ high
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let choice = (e & f) ^ (~e & g)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let first = h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice &+ constants[index] &+ schedule[index]
      let second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] = state[index] &+ word }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  /// Fractions of the square roots of the first eight primes (section 5.3.3).
  private static let initial: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  /// Fractions of the cube roots of the first 64 primes (section 4.2.2).
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
