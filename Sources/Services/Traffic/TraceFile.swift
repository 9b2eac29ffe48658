import CZlib

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The lines of a text file, plain or gzip, read in pieces: memory is bounded by the longest line, not by the file.
///
/// All unsafe memory of trace reading is in this class and in the lines it hands out; a line is valid until the next one
/// is asked for.
final class TraceFile {
  /// Longest line that is read, bytes.
  static let lineLengthMax = 16 << 20

  let path: String
  private let file: gzFile
  private var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// The unread bytes are `buffer[start..<end]`.
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  /// Number of the last line handed out.
  private var lineNumber = 0

  /// Opens a regular file. `capacity` is the size of the first piece, for tests.
  init(path: String, capacity: Int = 1 << 17) throws(TraceError) {
    try Self.requireRegularFile(path)
    guard let file = gzopen(path, "rb") else { throw Self.unreadable(path, errno) }
    gzbuffer(file, 1 << 16)
    self.path = path
    self.file = file
    self.capacity = capacity
    buffer = .allocate(capacity: capacity)
  }

  deinit {
    gzclose_r(file)
    buffer.deallocate()
  }

  /// Goes back to the first line.
  func rewind() throws(TraceError) {
    guard gzrewind(file) == 0 else { throw damaged() }
    (start, end, lineNumber, isAtEnd) = (0, 0, 0, false)
  }

  /// The next line without its LF or CR LF; nil at the end of the file.
  ///
  /// Throws for damaged gzip data, for lines of more than 16 MB and for bytes of value 0, which no text has.
  func nextLine() throws(TraceError) -> TraceLine? {
    var searched = 0
    while true {
      if let feed = memchr(buffer + start + searched, 0x0A, end - start - searched) {
        let length = UnsafeRawPointer(feed) - UnsafeRawPointer(buffer + start)
        return try take(length, terminator: 1)
      }
      searched = end - start
      if isAtEnd { return searched == 0 ? nil : try take(searched, terminator: 0) }
      if searched > Self.lineLengthMax { throw tooLong() }
      try refill()
    }
  }

  private func take(_ length: Int, terminator: Int) throws(TraceError) -> TraceLine {
    if length > Self.lineLengthMax { throw tooLong() }
    var (text, count) = (buffer + start, length)
    start += length + terminator
    lineNumber += 1
    if count > 0, text[count - 1] == 0x0D { count -= 1 }
    if lineNumber == 1, count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
      (text, count) = (text + 3, count - 3)
    }
    let line = TraceLine(file: self, number: lineNumber, bytes: text, count: count)
    if let zero = memchr(text, 0, count) {
      throw line.error(
        at: UnsafeRawPointer(zero) - UnsafeRawPointer(text), found: "a byte of value 0", wanted: "text in UTF-8",
        fix: "convert the file to CSV in UTF-8")
    }
    return line
  }

  private func refill() throws(TraceError) {
    let unread = end - start
    if start > 0 { buffer.update(from: buffer + start, count: unread) }
    (start, end) = (0, unread)
    if unread == capacity {
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
      larger.update(from: buffer, count: unread)
      buffer.deallocate()
      (buffer, capacity) = (larger, capacity * 2)
    }
    let count = gzread(file, buffer + end, UInt32(capacity - end))
    guard count > 0 else {
      var code = Z_OK
      gzerror(file, &code)
      if count < 0 || code != Z_OK { throw damaged() }
      isAtEnd = true
      return
    }
    end += Int(count)
  }

  private func tooLong() -> TraceError {
    TraceError(
      file: path, line: lineNumber + 1, column: Self.lineLengthMax + 1, found: "a line of more than 16 MB",
      wanted: "shorter lines", fix: "split the trace")
  }

  /// What zlib says about the data, at the first byte that it could not give.
  private func damaged() -> TraceError {
    var code = Z_OK
    gzerror(file, &code)
    let found =
      switch code {
      case Z_DATA_ERROR: "damaged gzip data"
      case Z_BUF_ERROR: "the end of the file within gzip data"
      case _: "a read error (zlib code \(code))"
      }
    return TraceError(
      file: path, line: lineNumber + 1, column: end - start + 1, found: found, wanted: "the rest of the file",
      fix: "fetch the file again; `gzip -t` tells whether it is whole")
  }

  private static func requireRegularFile(_ path: String) throws(TraceError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw unreadable(path, errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw TraceError(file: path, found: "a directory", wanted: "a CSV file", fix: "name a file in it")
    case _:
      throw TraceError(
        file: path, found: "neither a file nor a directory", wanted: "a CSV file, which can be read twice",
        fix: "save the data to a file first")
    }
  }

  private static func unreadable(_ path: String, _ code: CInt) -> TraceError {
    let found =
      switch code {
      case ENOENT, ENOTDIR: "no such file"
      case EACCES, EPERM: "a file without permission to read it"
      case _: "a file that cannot be opened (error \(code))"
      }
    return TraceError(
      file: path, found: found, wanted: "a CSV file, plain or gzip", fix: "check the path and its rights")
  }
}
