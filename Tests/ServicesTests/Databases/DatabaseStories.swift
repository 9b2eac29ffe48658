import Engine
import Services
import Units

/// A DB instance whose connections open in 10 ms of CPU and 30 ms of network, with a round trip of 1 ms.
func database(_ name: String, vCPUs: Int = 2) -> DatabaseConfig {
  let type = DatabaseInstanceClass.all.first { $0.vCPUs == vCPUs } ?? DatabaseInstanceClass.all[0]
  var config = DatabaseConfig(name: name, engine: .postgres, capacity: .provisioned(type))
  config.sessions.openingCPU = .constant(10e6)
  config.sessions.openingLatency = .constant(30e6)
  config.sessions.roundTrip = .constant(1e6)
  return config
}

/// A handler's query of so many ms of CPU.
func query(_ target: String, milliseconds: Double) -> Step {
  var step = CallStep(target: target)
  step.query = DatabaseQuery(cpu: .constant(milliseconds * 1e6))
  return .call(step)
}
