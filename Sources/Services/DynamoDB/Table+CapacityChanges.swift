import Engine
import Units

/// What becomes of a request to change provisioned capacity.
enum CapacityChangeAnswer: BitwiseCopyable {
  /// It takes effect soon, or at once.
  case accepted
  /// `ResourceInUseException`: another change is on its way.
  case resourceInUse
  /// `LimitExceededException`: no decrease is left, or a quota would be exceeded.
  case limitExceeded
}

// `UpdateTable`: changes of capacity that the scenario lists, and those that auto scaling asks for.
extension Table {
  /// Asks for other provisioned capacity of the table (0) or of a global index; nil leaves a direction as it is.
  @inline(never) mutating func requestCapacity(
    _ capacity: Int, read: Int?, write: Int?, _ run: inout Run<Event>, _ account: inout Account
  ) -> CapacityChangeAnswer {
    capacities[capacity].setProvisioned(read: read, write: write, at: run.now)
    capacityChanged(capacity, &run, &account)
    return .accepted
  }
}
