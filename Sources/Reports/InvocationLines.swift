import Engine

/// `invocations.jsonl`: one event of CloudWatch Logs a line, as JSON.
///
/// `timestamp` and `message` are what `PutLogEvents` takes; `jq -r .message` gives the lines as Lambda writes them.
enum InvocationLines {
  /// The whole file.
  static func text(_ lines: [LogLine]) -> String {
    var text = ""
    for line in lines {
      text += "{\"timestamp\": \(line.milliseconds), \"logGroup\": \(JSON.quoted(line.group)), "
      text += "\"logStream\": \(JSON.quoted(line.stream)), \"message\": \(JSON.quoted(line.message))}\n"
    }
    return text
  }
}
