import Engine
import Units

// Statements that store something make the database grow; see DatabaseVolume for what the storage does then.
extension Database {
  /// Before the first event: storage may be low from the beginning.
  mutating func beginStorage(_ run: inout Run<Event>) {
    volume.begin(&run)
    armStorage(&run)
  }

  /// A statement stores so many bytes, 0 for nothing at all. False: there is no room, nothing is stored, and the
  /// statement fails with the engine's error of a full disk.
  @inline(__always) @discardableResult
  mutating func grow(by bytes: Int64, _ run: inout Run<Event>) -> Bool {
    bytes == 0 || growSlowly(by: bytes, &run)
  }

  @inline(never) private mutating func growSlowly(by bytes: Int64, _ run: inout Run<Event>) -> Bool {
    switch volume.grow(by: bytes, &run) {
    case .none: return true
    case .low:
      notify(.lowStorage, &run)
      armStorage(&run)
      return true
    case .full: return false
    }
  }

  /// Autoscaling looks at the free space.
  mutating func checkStorage(_ run: inout Run<Event>) {
    guard let due = volume.nextScaling, due <= run.now else { return }
    volume.scale(&run)
    armStorage(&run)
  }

  private mutating func armStorage(_ run: inout Run<Event>) {
    if let due = volume.nextScaling { run.schedule(.database(index, .storageCheck), at: max(due, run.now)) }
  }
}
