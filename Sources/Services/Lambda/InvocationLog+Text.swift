import Engine
import Units

extension InvocationEntry {
  /// The line that Lambda would write. Fields are separated by tabs, times are in ms with two decimals.
  ///
  /// Source: Lambda Developer Guide, pages of the runtime environment and of logging, autumn 2026.
  func message(requestID: String, memorySize: Int) -> String {
    let state: String
    switch status {
    case .success: state = ""
    case .error: state = "\tStatus: error\tError Type: Runtime.UnhandledException"
    case .crash: state = "\tStatus: error\tError Type: Runtime.ExitError"
    case .outOfMemory: state = "\tStatus: error\tError Type: Runtime.OutOfMemory"
    case .timeout: state = "\tStatus: timeout"
    }
    switch kind {
    case .initReport: return "INIT_REPORT Init Duration: \(Self.ms(duration))\tPhase: init\(state)"
    case .restoreReport: return "RESTORE_REPORT Restore Duration: \(Self.ms(duration))\(state)"
    case .report: break
    }
    var text = "REPORT RequestId: \(requestID)\tDuration: \(Self.ms(duration))\tBilled Duration: \(billed) ms"
    text += "\tMemory Size: \(memorySize) MB\tMax Memory Used: \(memoryUsed) MB"
    if restore > 0 {
      let billedMs = (billedRestore + 999_999) / 1_000_000
      text += "\tRestore Duration: \(Self.ms(restore))\tBilled Restore Duration: \(billedMs) ms"
    } else if initialisation > 0 {
      text += "\tInit Duration: \(Self.ms(initialisation))"
    }
    return text + state
  }

  /// `133.61 ms`, rounded half up to the hundredth.
  private static func ms(_ nanoseconds: Int64) -> String {
    let hundredths = (nanoseconds + 5_000) / 10_000
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) ms"
  }
}

extension InvocationLog {
  /// The lines of the log, in the order of time. `ids` gives the request ids.
  func lines(of config: FunctionConfig, start: CivilTime, ids: RandomStream) -> [LogLine] {
    var ids = ids
    // The day of an environment's first line stands in the name of its log stream.
    var days: [UInt64: String] = [:]
    var lines: [LogLine] = []
    for index in 0..<count {
      let entry = self[index]
      let moment = start + entry.end
      let environment = UInt64(entry.generation) << 32 | UInt64(entry.slot)
      let day = days[environment] ?? Self.day(moment)
      days[environment] = day
      lines.append(
        LogLine(
          milliseconds: start.secondsSince1970 * 1_000 + entry.end.nanoseconds / 1_000_000,
          group: "/aws/lambda/\(config.name)",
          stream: "\(day)/[\(config.isPublished ? "1" : "$LATEST")]\(Self.digits(environment, of: config.name))",
          message: entry.message(requestID: Self.uuid(&ids), memorySize: config.memorySize)))
    }
    return lines
  }

  private static func day(_ moment: CivilTime) -> String {
    let date = moment.date
    return "\(date.year)/\(pad(date.month))/\(pad(date.day))"
  }

  private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// 32 hexadecimal digits that name an environment.
  private static func digits(_ environment: UInt64, of function: String) -> String {
    var stream = RandomStream(seed: environment, replication: 0, component: function, purpose: "log stream")
    return hexadecimal(stream.next()) + hexadecimal(stream.next())
  }

  /// A random UUID of version 4 (RFC 9562).
  private static func uuid(_ stream: inout RandomStream) -> String {
    let high = hexadecimal(stream.next() & 0xffff_ffff_ffff_0fff | 0x4000)
    let low = hexadecimal(stream.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000)
    return high.prefix(8) + "-" + high.dropFirst(8).prefix(4) + "-" + high.suffix(4) + "-" + low.prefix(4) + "-"
      + low.suffix(12)
  }

  private static func hexadecimal(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension FunctionConfig {
  /// Whether requests go to a published version: SnapStart and provisioned concurrency have no other.
  var isPublished: Bool { snapStart != nil || provisionedConcurrency != nil }
}
