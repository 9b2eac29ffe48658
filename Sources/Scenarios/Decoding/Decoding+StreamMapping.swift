import Engine
import Services
import Units

/// Event source mappings of streams.
extension Decoding {
  /// What a mapping has of a stream only.
  func decodeStreamMapping(
    _ fields: Fields, _ config: inout EventSourceMappingConfig, _ source: inout EventSourceMappingConfig.StreamSource,
    _ index: ResourceIndex
  ) {
    let name = config.name
    queueNodes[name] = fields
    let cloudFormation = "CloudFormation AWS::Lambda::EventSourceMapping"
    if let node = fields["parallelizationFactor"] {
      source.parallelizationFactor = integer(node, 1...10) ?? source.parallelizationFactor
    } else {
      assume(name, "parallelizationFactor", "1", .documented, cloudFormation, "2026-10")
    }
    if let node = fields["bisectBatchOnFunctionError"] {
      source.bisectsBatchOnFunctionError = boolean(node) ?? source.bisectsBatchOnFunctionError
    } else {
      assume(name, "bisectBatchOnFunctionError", "false", .documented, cloudFormation, "2026-10")
    }
    if let node = fields["maximumRetryAttempts"] {
      source.maximumRetryAttempts = integer(node, 0...10_000)
    } else {
      assume(name, "maximumRetryAttempts", "no limit", .documented, cloudFormation, "2026-10")
    }
    if let node = fields["maximumRecordAge"] {
      source.maximumRecordAge = time(node, .seconds(60)...Time.days(7))
      if let age = source.maximumRecordAge, age.nanoseconds % 1_000_000_000 != 0 {
        fault(node.place, found: node.summary, wanted: "whole seconds")
      }
    } else {
      assume(name, "maximumRecordAge", "no limit", .documented, cloudFormation, "2026-10")
    }
    if let node = fields["onFailure"] {
      source.onFailure = standardQueue(node, index, advice: "dropped batches are reported to a queue")
    }
    if case .table = index[source.stream] { source.pollingInterval = .milliseconds(250) }
    if let node = fields["pollingInterval"] {
      source.pollingInterval = time(node, .milliseconds(1)...Time.minutes(1)) ?? source.pollingInterval
    } else {
      assume(
        name, "pollingInterval", source.pollingInterval.description, .documented,
        "Lambda developer guide: once a second on Kinesis, four times on DynamoDB's streams", "2026-10")
    }
    if let node = fields["retryDelay"] {
      source.retryDelay = timeDistribution(node) ?? source.retryDelay
    } else {
      assume(
        name, "retryDelay", "1 s", .unknown, "AWS does not publish it; a stated choice: a base poll's interval",
        "2026-11")
    }
    if config.reportsBatchItemFailures && !source.bisectsBatchOnFunctionError {
      assume(
        name, "functionResponseTypes.retries", "a batch that goes on from its checkpoint has used a retry", .inferred,
        "AWS documents that splitting uses none, and says nothing of checkpoints", "2026-11")
    }
  }
}
