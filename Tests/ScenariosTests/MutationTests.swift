import Engine
import Foundation
import Testing

@testable import Scenarios

@Suite("Mutated scenarios")
struct MutationTests {
  /// 2,000 mutations of seed 2026, spread over the shipped scenarios: one to eight bytes deleted, doubled or replaced.
  @Test("a scenario with random damage decodes or gives faults with places", .timeLimit(.minutes(5)))
  func mutations() throws {
    let names = ["serverless-api.yaml", "reference-kernel.yaml", "busy-month.yaml"]
    let texts = try names.map { try Data(contentsOf: Examples.folder.appendingPathComponent($0)) }.map { Array($0) }
    let alphabet = Array("abz09 .:-[]{},#&*!|>'\"%@`\\\n\t?/$=é".utf8) + [0, 0xFF]
    var state: UInt64 = 2026
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var sound = 0
    for round in 0..<2_000 {
      var bytes = texts[round % texts.count]
      for _ in 0...next(8) {
        let place = next(bytes.count)
        switch next(4) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(bytes[place], at: place)
        case 2: bytes[place] = alphabet[next(alphabet.count)]
        default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(30)))
        }
      }
      do {
        _ = try Scenario.decode(String(decoding: bytes, as: UTF8.self), path: "m.yaml")
        sound += 1
      } catch {
        #expect(!error.errors.isEmpty)
        for fault in error.errors { check(fault, round) }
      }
    }
    // Comments and titles take damage without harm, most else does not.
    #expect(sound > 100 && sound < 1_900)
  }

  private func check(_ fault: ScenarioError, _ round: Int) {
    switch fault.place {
    case .position(let file, let line, let column):
      #expect(file == "m.yaml" && line >= 1 && column >= 1, "round \(round)")
    case .file, .override: Issue.record("round \(round) has a fault without a place: \(fault)")
    }
    #expect(!fault.found.isEmpty && !fault.wanted.isEmpty, "round \(round): \(fault)")
  }
}
