import Foundation

/// A file that is too large to be made in memory: written piece by piece beside its place, then renamed to it.
public final class StreamedFile {
  private let path: String
  private let temporary: String
  private let file: Int32
  private var buffer: [UInt8] = []

  /// Begins a file of a folder that exists. Throws `OutputError`.
  public init(folder: String, name: String) throws {
    path = folder + "/" + name
    temporary = "\(folder)/.\(name).\(getpid()).tmp"
    unlink(temporary)
    file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard file >= 0 else { throw OutputError(action: "write", path: path, code: errno) }
  }

  deinit {
    close(file)
    unlink(temporary)
  }

  /// Adds a text.
  public func write(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 16 { try flush() }
  }

  /// Forces all of it to the disk and puts it in its place.
  public func finish() throws {
    try flush()
    guard fsync(file) == 0, rename(temporary, path) == 0 else {
      throw OutputError(action: "write", path: path, code: errno)
    }
  }

  private func flush() throws {
    let code = OutputFolder.writeWhole(buffer, to: file)
    if code != 0 { throw OutputError(action: "write", path: path, code: code) }
    buffer.removeAll(keepingCapacity: true)
  }
}
