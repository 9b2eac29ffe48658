import Foundation

/// How much memory this process may have: that of the machine, or of the control group that it is in.
///
/// A container or a batch job often gets a part of the machine only; what goes beyond is killed. Both versions of
/// Linux' control groups are read, from the group of the process up to the topmost, and the smallest limit counts.
/// Source: Linux kernel documentation, "Control Group v2" (`memory.max`) and "Memory Resource Controller"
/// (`memory.limit_in_bytes`).
enum MachineMemory {
  /// Bytes that the process may have, at most `physical`; `root` is the top of the file system.
  static func limit(
    root: String = "", physical: Int = Int(clamping: ProcessInfo.processInfo.physicalMemory)
  ) -> Int {
    var limit = physical
    for group in text(root + "/proc/self/cgroup").split(separator: "\n") {
      // `0::/a/b` is a group of version 2, `4:cpu,memory:/a/b` one of version 1.
      let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[0] == "0", parts[1].isEmpty {
        limit = min(limit, least(root + "/sys/fs/cgroup", parts[2], "memory.max"))
        // Systems with both versions keep the second beside the first.
        limit = min(limit, least(root + "/sys/fs/cgroup/unified", parts[2], "memory.max"))
      } else if parts[1].split(separator: ",").contains("memory") {
        limit = min(limit, least(root + "/sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"))
      }
    }
    return limit
  }

  /// The least limit of a group and those that it lies in. In a container the topmost stands for its own group, and the
  /// path may lead nowhere.
  private static func least(_ mount: String, _ path: Substring, _ name: String) -> Int {
    var names = path.split(separator: "/").filter { $0 != ".." }
    var limit = Int.max
    while true {
      let folder = ([Substring(mount)] + names).joined(separator: "/")
      // `max` is no limit, and no number either.
      let found = text("\(folder)/\(name)").trimmingCharacters(in: .whitespacesAndNewlines)
      if let bytes = Int(found), bytes > 0 { limit = min(limit, bytes) }
      if names.isEmpty { return limit }
      names.removeLast()
    }
  }

  private static func text(_ path: String) -> String {
    // Files of the kernel say that they are empty: they are read to their end.
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    let data = try? file.readToEnd()
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
