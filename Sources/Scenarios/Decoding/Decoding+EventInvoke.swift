import Engine
import Services
import Units

/// Asynchronous invocation of functions.
extension Decoding {
  func decodeEventInvoke(_ fields: Fields, _ config: inout FunctionConfig, _ index: ResourceIndex) {}
}
