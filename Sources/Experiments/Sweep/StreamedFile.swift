import Foundation

/// A file that is too large to be made in memory: written piece by piece beside its place, then renamed to it.
public final class StreamedFile {
  /// Where it will stand.
  public let path: String
  /// Where it is written until then.
  public let temporary: String
  private let file: Int32
  private var buffer: [UInt8] = []
  private var hash = SHA256.Running()

  /// Begins a file of a folder that exists, and removes what a process that has died left of an earlier attempt.
  /// Throws `OutputError`.
  public init(folder: String, name: String) throws(OutputError) {
    OutputFolder.removeLeftovers(of: [name], in: folder)
    path = folder + "/" + name
    temporary = "\(folder)/.\(name).\(getpid()).tmp"
    unlink(temporary)
    file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard file >= 0 else { throw OutputError(action: "write", path: path, code: errno) }
    buffer.reserveCapacity(1 << 16)
  }

  deinit {
    close(file)
    unlink(temporary)
  }

  /// Adds a text.
  public func write(_ text: String) throws(OutputError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 16 { try flush() }
  }

  /// Adds bytes.
  public func write(_ bytes: [UInt8]) throws(OutputError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { try flush() }
  }

  /// Forces all of it to the disk, beside its place; the SHA-256 of its bytes, 64 hexadecimal digits.
  public func seal() throws(OutputError) -> String {
    try flush()
    guard fsync(file) == 0 else { throw OutputError(action: "write", path: path, code: errno) }
    return hash.hexadecimal()
  }

  /// Puts a sealed file into its place.
  public func move() throws(OutputError) {
    guard rename(temporary, path) == 0 else { throw OutputError(action: "replace", path: path, code: errno) }
  }

  /// Forces all of it to the disk and puts it in its place.
  public func finish() throws(OutputError) {
    _ = try seal()
    try move()
  }

  private func flush() throws(OutputError) {
    let code = OutputFolder.writeWhole(buffer, to: file)
    if code != 0 { throw OutputError(action: "write", path: path, code: code) }
    hash.add(buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
