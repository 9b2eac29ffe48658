import Engine
import Services
import Units

/// SnapStart of functions.
extension Decoding {
  func decodeSnapStart(_ fields: Fields, _ config: inout FunctionConfig) {}
}
