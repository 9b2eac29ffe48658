import Engine
import Units

extension Table {
  /// The capacity in force of the table (0) or of a global index is another one now, or is known for the first time.
  @inline(never) mutating func capacityChanged(
    _ capacity: Int, _ run: inout Run<Event>, _ account: inout Account
  ) {}
}
