/// Owns tables of plain memory that components read in the loop; frees them all at once.
///
/// A component keeps the bare pointer, so that reading costs no reference count. The system that owns the
/// components owns the `PlainMemory` too, and gives it up last.
final class PlainMemory {
  private var blocks: [UnsafeMutableRawPointer] = []

  /// A copy of the elements that lives as long as the owner.
  func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
    let block = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
    for (index, element) in elements.enumerated() { (block + index).initialize(to: element) }
    blocks.append(UnsafeMutableRawPointer(block))
    return block
  }

  deinit {
    for block in blocks { block.deallocate() }
  }
}

/// Components of one kind side by side, each changed in place.
struct Components<Component: ~Copyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Component>
  private(set) var count: Int
  private let capacity: Int

  init(capacity: Int) {
    base = .allocate(capacity: max(1, capacity))
    self.capacity = capacity
    count = 0
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  mutating func append(_ component: consuming Component) {
    precondition(count < capacity, "components are counted before they are built")
    (base + count).initialize(to: component)
    count += 1
  }

  /// Where a component stands, for as long as the components live.
  @inline(__always) subscript(index: UInt16) -> UnsafeMutablePointer<Component> { base + Int(index) }
}
