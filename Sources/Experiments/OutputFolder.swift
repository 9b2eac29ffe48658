import Foundation
import Synchronization

/// A folder that gets all files of a run or none: whoever reads it never meets half a file.
///
/// Every file is first written beside its place and forced to disk; only when all are there do they move, one
/// rename each. The last file of a set is its seal: the old one goes before the first move and the new one comes
/// after the others, so a folder with a seal holds one run's files even if the process was killed between moves.
/// Temporaries are called `.<name>.<pid>.tmp`. Those of processes that have died are removed by the next `write`;
/// the process number says nothing about processes of another machine on a shared disk.
public final class OutputFolder: Sendable {
  /// The folder's path as given.
  public let path: String

  private struct State {
    /// Folders that this value created, the outermost first.
    var created: [String] = []
    /// Temporaries that may be on the disk.
    var temporaries: [String] = []
    /// Set by `discard`; nothing is written afterwards.
    var isDiscarded = false
  }

  private let state: Mutex<State>

  /// Creates the folder and its parents where they are missing, and proves that a file can be made in it.
  ///
  /// Call it before the work whose outcome the folder is to hold. Throws when a part of the path is a file, or
  /// when the file system says no; folders created until then are removed again.
  public init(path: String) throws(OutputError) {
    guard !path.isEmpty else { throw OutputError(action: "create the folder", path: "\"\"", code: ENOENT) }
    self.path = path
    self.state = Mutex(State(created: try Self.create(path)))
    let probe = temporary("probe")
    do {
      try Self.write([], to: probe, for: path)
      unlink(probe)
    } catch {
      discard()
      throw error
    }
  }

  /// Puts all files into the folder, the last one as their seal. Names are unique, without a slash. Files of the
  /// `obsolete` names, which an earlier run may have left, go, unless they are among those written.
  ///
  /// On an error (disk full, no permission, a folder where a file should be) the temporaries are removed and
  /// the files that were there before stay, unless the moves had already begun. After `discard` it writes nothing.
  public func write(_ files: [OutputFile], removing obsolete: [String] = []) throws(OutputError) {
    precondition(files.allSatisfy { !$0.name.contains("/") && !$0.name.isEmpty }, "a file's name has no slash")
    precondition(Set(files.map(\.name)).count == files.count, "two files of one name would overwrite each other")
    Self.removeLeftovers(of: files.map(\.name), in: path)
    do {
      for file in files { try refuseFolder(at: place(file.name)) }
      for file in files {
        guard register(temporary(file.name)) else { return }
        try Self.write(file.contents, to: temporary(file.name), for: place(file.name))
      }
      try move(files.map(\.name), removing: obsolete)
    } catch {
      removeTemporaries()
      throw error
    }
  }

  /// Removes the seal of an earlier set, before something else that the seal speaks for is written.
  ///
  /// `write` does so by itself; a set that spreads over several folders needs it before the first of them.
  public func breakSeal(_ name: String) throws(OutputError) {
    if unlink(place(name)) != 0, errno != ENOENT {
      throw OutputError(action: "replace", path: place(name), code: errno)
    }
  }

  /// Removes temporaries, and folders that this value created and that are still empty; later writes do nothing.
  ///
  /// For failures and signals. It waits for moves that have begun, so those end as a whole.
  public func discard() {
    state.withLock { state in
      state.isDiscarded = true
      for temporary in state.temporaries { unlink(temporary) }
      state.temporaries = []
      for folder in state.created.reversed() { rmdir(folder) }
      state.created = []
    }
  }
}

/// A file to be: its name inside the folder and its bytes.
public struct OutputFile: Sendable {
  /// Name without a slash.
  public var name: String
  /// All bytes.
  public var contents: [UInt8]

  /// A file of the given bytes.
  public init(name: String, contents: [UInt8]) {
    self.name = name
    self.contents = contents
  }
}

/// The file system said no.
public struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, for a sentence that begins with "cannot": `write`, `create the folder`.
  public var action: String
  /// The file or folder concerned.
  public var path: String
  /// The system's `errno`.
  public var code: Int32

  /// An error of the given parts.
  public init(action: String, path: String, code: Int32) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// One line: `cannot write out/report.html: No space left on device`.
  public var description: String { "cannot \(action) \(path): \(String(cString: strerror(code)))" }
}

// MARK: - Steps

extension OutputFolder {
  private func place(_ name: String) -> String { path + "/" + name }

  private func temporary(_ name: String) -> String { "\(path)/.\(name).\(getpid()).tmp" }

  /// Notes a temporary before it exists, so that a signal can remove it; false after `discard`.
  private func register(_ temporary: String) -> Bool {
    state.withLock { state in
      if state.isDiscarded { return false }
      state.temporaries.append(temporary)
      return true
    }
  }

  private func removeTemporaries() {
    state.withLock { state in
      for temporary in state.temporaries { unlink(temporary) }
      state.temporaries = []
    }
  }

  /// A rename onto a folder would fail after others had succeeded; it is found before.
  private func refuseFolder(at path: String) throws(OutputError) {
    var information = stat()
    if lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
      throw OutputError(action: "write", path: path, code: EISDIR)
    }
  }

  /// Moves all temporaries to their places. Two processes with one folder take turns, where the disk knows locks.
  private func move(_ names: [String], removing obsolete: [String]) throws(OutputError) {
    let outcome = state.withLock { state -> OutputError? in
      if state.isDiscarded { return nil }
      let folder = open(path, O_RDONLY | O_CLOEXEC)
      defer { close(folder) }
      flock(folder, LOCK_EX)
      if let seal = names.last, unlink(place(seal)) != 0, errno != ENOENT {
        return OutputError(action: "replace", path: place(seal), code: errno)
      }
      for name in obsolete where !names.contains(name) && unlink(place(name)) != 0 && errno != ENOENT {
        return OutputError(action: "remove", path: place(name), code: errno)
      }
      for name in names where rename(temporary(name), place(name)) != 0 {
        return OutputError(action: "replace", path: place(name), code: errno)
      }
      fsync(folder)
      state.temporaries = []
      state.created = []
      return nil
    }
    if let outcome { throw outcome }
  }

  /// Removes temporaries of these names that this process left, or one that is gone.
  static func removeLeftovers(of names: [String], in folder: String) {
    guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
    for entry in entries where entry.hasPrefix(".") && entry.hasSuffix(".tmp") {
      let stem = entry.dropFirst().dropLast(4)
      guard let dot = stem.lastIndex(of: "."), let process = pid_t(stem[stem.index(after: dot)...]), process > 0,
        names.contains(String(stem[..<dot])) || stem[..<dot] == "probe"
      else { continue }
      if process == getpid() || (kill(process, 0) != 0 && errno == ESRCH) { unlink(folder + "/" + entry) }
    }
  }

  /// Forces a folder's names to the disk, as far as its file system can.
  static func synchronize(_ path: String) {
    let folder = open(path, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// Creates a folder with its parents; what was created, outermost first.
  private static func create(_ path: String) throws(OutputError) -> [String] {
    var created: [String] = []
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty || prefix == "/" ? String(part) : "/" + part
      if mkdir(prefix, 0o777) == 0 {
        created.append(prefix)
        continue
      }
      let code = errno
      if isFolder(prefix) { continue }
      for folder in created.reversed() { rmdir(folder) }
      throw OutputError(action: "create the folder", path: prefix, code: code == EEXIST ? ENOTDIR : code)
    }
    return created
  }

  private static func isFolder(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Writes all bytes to an open file, whatever interrupts; 0, or the error number of what stopped it.
  package static func writeWhole(_ bytes: [UInt8], to file: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Foundation.write(file, bytes.baseAddress! + done, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        if count < 0 { return errno }
        done += count
      }
      return 0
    }
  }

  /// Writes a new file, down to the disk; errors name the path it is meant for.
  private static func write(_ contents: [UInt8], to temporary: String, for path: String) throws(OutputError) {
    unlink(temporary)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard file >= 0 else { throw OutputError(action: "write", path: path, code: errno) }
    var code = writeWhole(contents, to: file)
    if code == 0, fsync(file) != 0 { code = errno }
    let closed = close(file) == 0 ? 0 : errno
    if code != 0 || closed != 0 { throw OutputError(action: "write", path: path, code: code != 0 ? code : closed) }
  }
}
