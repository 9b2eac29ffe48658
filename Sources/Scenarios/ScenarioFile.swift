import Foundation

/// The file system, as far as scenarios need it.
enum ScenarioFile {
  /// Larger files are refused unread: 1 MB.
  static let bytesMax = 1 << 20

  /// The text of a scenario's file, or nil with the reason in `faults`.
  static func text(at path: String, faults: inout [ScenarioError]) -> String? {
    func refuse(_ found: String, _ advice: String) -> String? {
      faults.append(ScenarioError(place: .file(path), found: found, wanted: "a scenario in YAML", advice: advice))
      return nil
    }
    var isDirectory: ObjCBool = false
    guard !path.isEmpty, FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      return refuse("no such file", "check the path")
    }
    if isDirectory.boolValue { return refuse("a folder", "name the file in it") }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      return refuse("a file that may not be read", "check its permissions")
    }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: bytesMax + 1) else {
      // An empty file reads as nil.
      return ""
    }
    if data.count > bytesMax { return refuse("more than 1 MB", "move recorded traffic to a CSV file and replay it") }
    return decode(Array(data), path, &faults)
  }

  /// The folder of a file, `.` if the path has none.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The absolute path of `file`, which is relative to `directory` if it does not begin with `/`.
  static func absolute(_ file: String, in directory: String) -> String {
    let joined = file.hasPrefix("/") ? file : directory + "/" + file
    return URL(fileURLWithPath: joined).standardizedFileURL.path
  }

  /// FNV-1a of 64 bits over a file's bytes, with their number; nil if it cannot be read.
  static func digest(of path: String) -> [UInt8]? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var count = 0
    while let piece = try? handle.read(upToCount: 1 << 16), !piece.isEmpty {
      for byte in piece { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      count += piece.count
    }
    return Array("f\(count):\(hash)".utf8)
  }

  private static func decode(_ bytes: [UInt8], _ path: String, _ faults: inout [ScenarioError]) -> String? {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if let text = String(bytes: bytes, encoding: .utf8) { return text }
    // Find the first byte that is no UTF-8.
    var (line, column) = (1, 1)
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      column += 1
      if scalar == "\n" { (line, column) = (line + 1, 1) }
    }
    faults.append(
      ScenarioError(
        place: .position(file: path, line: line, column: column), found: "a byte that is not UTF-8",
        wanted: "text in UTF-8", advice: "save the file as UTF-8"))
    return nil
  }
}
