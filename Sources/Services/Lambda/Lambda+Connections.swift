import Engine
import Units

// What a function's environments have to do with databases: connections that are opened with them and closed with them.
extension Lambda {
  /// A connection that an environment has asked for while it starts is open, or could not be opened.
  mutating func connected(_ call: CallID, _ run: inout Run<Event>, _ account: inout Account) { run.finish(call) }
}
