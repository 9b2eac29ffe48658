import Engine
import Units

// Memory of the nodes: each connection takes some of what the buffer cache leaves.
extension Database {
  /// Memory of a node in bytes. Limits follow it.
  mutating func memoryBytes(of node: UInt16) -> Int64 {
    switch config.capacity {
    case .provisioned(let type): Int64(type.memoryMiB) << 20
    // Half an ACU has 1 GiB. Connections count against what the node can grow to, as `max_connections` does.
    case .serverless(let scaling): Int64(scaling.maximum) << 30
    }
  }

  /// Memory of a node that connections could still have, in bytes; below 0 when it has shrunk under its connections.
  mutating func freeMemory(of node: UInt16) -> Int64 {
    config.connectionMemory(of: memoryBytes(of: node))
      - Int64(members[Int(node)].sessions) * config.sessions.memory.bytes
  }

  /// Writes down a node's free memory after a change.
  mutating func recordMemory(of node: UInt16, _ run: inout Run<Event>) {
    let free = freeMemory(of: node) - config.bufferCache(of: memoryBytes(of: node))
    run.recorder.set(nodeRecords[Int(node)].freeableMemory, to: max(0, free))
  }
}
