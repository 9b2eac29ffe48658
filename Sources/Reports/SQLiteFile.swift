import Experiments
import Foundation

/// A database file, written through the system's SQLite.
///
/// The library is loaded when a file is asked for, so that neither the build nor the program needs it otherwise. The file
/// is written beside its place and renamed to it, so that whoever reads it never meets half of it.
final class SQLiteFile {
  /// A cell of a row.
  enum Cell {
    case integer(Int64)
    case real(Double)
    case text(String)
    case null
  }

  private let library: SQLiteLibrary
  private let path: String
  private let temporary: String
  private var database: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]

  /// Begins a database. Throws `OutputError` when the file cannot be made, or there is no library.
  init(path: String) throws(OutputError) {
    guard let library = SQLiteLibrary.shared else {
      throw OutputError(action: "load libsqlite3 for", path: path, code: ENOENT)
    }
    self.library = library
    self.path = path
    temporary = "\(path).\(getpid()).tmp"
    unlink(temporary)
    // 6: to read and write, and to create.
    let code = library.open(temporary, &database, 6, nil)
    guard code == 0 else {
      let folder = (path as NSString).deletingLastPathComponent
      let isThere = FileManager.default.fileExists(atPath: folder.isEmpty ? "." : folder)
      throw isThere ? failure(code) : OutputError(action: "write", path: path, code: ENOENT)
    }
    // Nobody sees the file before it is whole: no journal is needed.
    try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096; BEGIN")
  }

  deinit {
    for statement in statements.values { _ = library.finalize(statement) }
    _ = library.close(database)
    unlink(temporary)
  }

  /// The version of the library that writes the file, as in 3.40.1: another one may lay it out otherwise.
  var libraryVersion: String { String(cString: library.version()) }

  /// The temporary's path, for those who must remove it.
  var leftover: String { temporary }

  /// Runs statements without results.
  func execute(_ sql: String) throws(OutputError) {
    let code = library.execute(database, sql, nil, nil, nil)
    guard code == 0 else { throw failure(code) }
  }

  /// Adds a row to a table.
  func insert(into table: String, _ cells: [Cell]) throws(OutputError) {
    let statement = try statement(table, cells.count)
    for (place, cell) in cells.enumerated() {
      let index = Int32(place + 1)
      let code =
        switch cell {
        case .integer(let value): library.bindInteger(statement, index, value)
        case .real(let value):
          value.isNaN ? library.bindNull(statement, index) : library.bindReal(statement, index, value)
        case .text(let text): library.bindText(statement, index, text, -1, SQLiteLibrary.copies)
        case .null: library.bindNull(statement, index)
        }
      guard code == 0 else { throw failure(code) }
    }
    let code = library.step(statement)
    // 101: done.
    guard code == 101 else { throw failure(code) }
    _ = library.reset(statement)
  }

  /// Completes the file and puts it into its place; the SHA-256 of its bytes, 64 hexadecimal digits.
  func finish() throws(OutputError) -> String {
    try execute("COMMIT")
    for statement in statements.values { _ = library.finalize(statement) }
    statements = [:]
    let code = library.close(database)
    guard code == 0 else { throw failure(code) }
    database = nil
    let file = open(temporary, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    guard file >= 0, fsync(file) == 0, let hash = Self.hash(of: file), rename(temporary, path) == 0 else {
      throw OutputError(action: "write", path: path, code: errno)
    }
    return hash
  }

  /// The SHA-256 of an open file's bytes; nil where they cannot be read.
  private static func hash(of file: Int32) -> String? {
    var hash = SHA256.Running()
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(file, &piece, piece.count)
      if count == 0 { return hash.hexadecimal() }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      hash.add(Array(piece[..<count]))
    }
  }

  private func statement(_ table: String, _ count: Int) throws(OutputError) -> OpaquePointer? {
    if let known = statements[table] { return known }
    var statement: OpaquePointer?
    let marks = Array(repeating: "?", count: count).joined(separator: ", ")
    let code = library.prepare(database, "INSERT INTO \(table) VALUES (\(marks))", -1, &statement, nil)
    guard code == 0, let statement else { throw failure(code) }
    statements[table] = statement
    return statement
  }

  /// What SQLite's result code says about the file system: 13 is a full disk, 8 and 14 a place that cannot be written.
  private func failure(_ code: Int32) -> OutputError {
    let number =
      switch code & 0xff {
      case 13: ENOSPC
      case 8, 14: EACCES
      default: EIO  // over SQLite's result codes
      }
    return OutputError(action: "write", path: path, code: number)
  }
}

/// The functions of SQLite's C interface that are used here (https://www.sqlite.org/c3ref/funclist.html).
private struct SQLiteLibrary: Sendable {
  typealias Pointer = OpaquePointer?
  typealias Text = UnsafePointer<CChar>
  typealias Place = UnsafeMutablePointer<OpaquePointer?>

  typealias Open = @convention(c) @Sendable (Text, Place, Int32, Text?) -> Int32
  typealias Execute = @convention(c) @Sendable (Pointer, Text, Pointer, Pointer, Pointer) -> Int32
  typealias Prepare = @convention(c) @Sendable (Pointer, Text, Int32, Place, Pointer) -> Int32
  typealias BindInteger = @convention(c) @Sendable (Pointer, Int32, Int64) -> Int32
  typealias BindReal = @convention(c) @Sendable (Pointer, Int32, Double) -> Int32
  typealias BindText = @convention(c) @Sendable (Pointer, Int32, Text, Int32, Pointer) -> Int32
  typealias BindNull = @convention(c) @Sendable (Pointer, Int32) -> Int32
  typealias Version = @convention(c) @Sendable () -> Text
  typealias Simple = @convention(c) @Sendable (Pointer) -> Int32

  let open: Open
  let execute: Execute
  let prepare: Prepare
  let bindInteger: BindInteger
  let bindReal: BindReal
  let bindText: BindText
  let bindNull: BindNull
  let step: Simple
  let reset: Simple
  let finalize: Simple
  let close: Simple
  let version: Version

  /// SQLITE_TRANSIENT: the text is copied at once.
  static var copies: Pointer { OpaquePointer(bitPattern: -1) }

  /// The system's library; nil where there is none.
  static let shared: SQLiteLibrary? = {
    for name in ["libsqlite3.so.0", "libsqlite3.so", "/usr/lib/libsqlite3.dylib"] {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) { return SQLiteLibrary(handle) }
    }
    return nil
  }()

  private init?(_ handle: UnsafeMutableRawPointer) {
    func symbol<Function>(_ name: String, _: Function.Type) -> Function? {
      dlsym(handle, "sqlite3_" + name).map { unsafeBitCast($0, to: Function.self) }
    }
    guard let open = symbol("open_v2", Open.self), let execute = symbol("exec", Execute.self),
      let prepare = symbol("prepare_v2", Prepare.self), let bindInteger = symbol("bind_int64", BindInteger.self),
      let bindReal = symbol("bind_double", BindReal.self), let bindText = symbol("bind_text", BindText.self),
      let bindNull = symbol("bind_null", BindNull.self), let step = symbol("step", Simple.self),
      let reset = symbol("reset", Simple.self), let finalize = symbol("finalize", Simple.self),
      let close = symbol("close_v2", Simple.self), let version = symbol("libversion", Version.self)
    else { return nil }
    self.open = open
    self.execute = execute
    self.prepare = prepare
    self.bindInteger = bindInteger
    self.bindReal = bindReal
    self.bindText = bindText
    self.bindNull = bindNull
    self.step = step
    self.reset = reset
    self.finalize = finalize
    self.close = close
    self.version = version
  }
}
