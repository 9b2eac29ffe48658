import Foundation

/// Reads a shard's file from the front: its first line, then block by block.
///
/// Memory holds a piece of the file and one block. The file is open only while a piece is read, so that thousands of
/// shards can be read side by side.
struct BlockReader {
  /// What follows in the file.
  enum Step {
    /// A sealed block, and where it begins and ends in the file.
    case block(ShardBlock, Range<Int>)
    /// Nothing more.
    case end
    /// Bytes that no seal follows, as a writer leaves them that was stopped.
    case torn
    /// A seal that does not fit what stands above it.
    case broken
  }

  let path: String
  private let piece: Int
  private var buffer: [UInt8] = []
  /// Where the buffer begins in the file.
  private var base = 0
  /// The next byte in the buffer.
  private var start = 0
  private var isAtEnd = false

  /// A reader at the front of a file, which takes `piece` bytes at a time.
  init(path: String, piece: Int = 1 << 18) {
    precondition(piece >= 1, "a piece has at least a byte")
    self.path = path
    self.piece = piece
  }

  /// Where the next line or block begins in the file.
  var offset: Int { base + start }

  /// The next line without its end; nil where none ends any more. Throws `OutputError` when the file cannot be read.
  mutating func line() throws -> String? {
    guard let end = try lineEnd(from: start) else { return nil }
    defer { start = end + 1 }
    return String(decoding: buffer[start..<end], as: UTF8.self)
  }

  /// The bytes behind the last whole line, at most so many. Throws as `line`.
  mutating func rest(_ count: Int) throws -> [UInt8] {
    while buffer.count - start < count, try more() {}
    return Array(buffer[start...].prefix(count))
  }

  /// The next block. Throws as `line`.
  mutating func next() throws -> Step {
    var scanned = start
    while let end = try lineEnd(from: scanned, keeping: &scanned) {
      let line = buffer[scanned..<end]
      guard line.first == ShardBlock.equals else {
        scanned = end + 1
        continue
      }
      let begin = offset
      guard let block = ShardBlock(body: buffer[start..<scanned], sealed: line) else { return .broken }
      start = end + 1
      return .block(block, begin..<offset)
    }
    return start < buffer.count ? .torn : .end
  }

  private mutating func lineEnd(from index: Int) throws -> Int? {
    var index = index
    return try lineEnd(from: index, keeping: &index)
  }

  /// Where the line ends that begins at `index`; both move with the buffer when it is filled.
  private mutating func lineEnd(from index: Int, keeping line: inout Int) throws -> Int? {
    var searched = index
    while true {
      if let end = buffer[searched...].firstIndex(of: ShardBlock.lineFeed) { return end }
      let moved = start
      searched = buffer.count
      guard try more() else { return nil }
      searched -= moved
      line -= moved
    }
  }

  /// Reads the next piece behind what is not used yet; false at the file's end.
  private mutating func more() throws -> Bool {
    guard !isAtEnd else { return false }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw OutputError(action: "read", path: path, code: errno) }
    defer { close(file) }
    let from = base + buffer.count
    if start > 0 {
      buffer.removeFirst(start)
      base += start
      start = 0
    }
    // A block that is longer than a piece is read in pieces that grow with it.
    let wanted = max(piece, buffer.count)
    var count = -1
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { bytes, initialized in
      repeat { count = pread(file, bytes.baseAddress, wanted, off_t(from)) } while count < 0 && errno == EINTR
      code = errno
      initialized = max(0, count)
    }
    if count < 0 { throw OutputError(action: "read", path: path, code: code) }
    buffer += bytes
    isAtEnd = count == 0
    return count > 0
  }
}
