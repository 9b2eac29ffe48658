import Engine
import Services
import Units

/// Reserved and provisioned concurrency of functions.
extension Decoding {
  func decodeConcurrency(_ fields: Fields, _ config: inout FunctionConfig) {}
}
