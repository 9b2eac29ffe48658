import Engine
import Testing

@testable import Billing

@Suite("Plain YAML")
struct PlainYAMLTests {
  @Test("the bundled book is plain, and means what it means as YAML, place by place")
  func bundled() throws {
    let bytes = try PriceBook.bundled(region: "us-east-1").bytes
    let plain = try #require(PlainYAML.parse(bytes))
    #expect(plain == yaml(bytes))
  }

  /// Each of these is one edge of the form.
  @Test(
    "what is not plain is left to the reader of YAML at large",
    arguments: [
      "", "# a comment\n", "a\n", "a:b\n", "a :  b\n", "a: b # c\n", "a: b: c\n", "a: b:\n", "a: 'b'\n",
      "a: \"b\\n\"\n",
      "a: \"b\n", "a: \"b\" c\n", "a: -1\n", "a: [b]\n", "a: |\n  b\n", "a: &b c\n", "a: *b\n", "a: !b c\n", "a:\tb\n",
      "a: b \n", "a: b\r\n", "a: é\n", "a: b\na: c\n", "a: b\n  c\n", "a: b\n  c: d\n", "a:\nb: c\n", "a:\n- b: c\n",
      "a:\n  - b\n", "a:\n  -  b: c\n", "a:\n  - - b: c\n", "a:\n  - b: c\n   d: e\n", "a:\n    b: c\n  d: e\n",
      "a: {b: c}\n", "a: { b: c\n", "a: { b: c } d\n", "a: { b: c, b: d }\n", "a: { b: c: d }\n",
      "a: { b: { c: d } }\n",
      "a: { b }\n", "a: { b: [c] }\n", "a: { b: \"c\n", "a: { b: c #d }\n", "a: {}\n", " a: b\n", "- a: b\n",
      "---\na: b\n",
      "a: b\n---\nc: d\n", "a.b: c\n", "a: { b:c }\n", "a: { b: c:, d: e }\n", "a: { b: c , d: e }\n",
    ])
  func refused(_ text: String) {
    #expect(PlainYAML.parse(Array(text.utf8)) == nil)
  }

  @Test(
    "what is plain means what it means as YAML",
    arguments: [
      "a: b", "a: b c, d} e\n", "a: \"b: #c, d\"\n", "a: { b: \"c, d\", e: f g }\n",
      "a: { b: c }\nd: { e: 1.5, f: g}\n",
      "a:\n  - { b: c }\n  - d: e\n    f:\n      - { g: h }\n", "a:\n      b: c\n\n# d\nd: e\n", "a: b#c\n", "a: 1:2\n",
      "a: { b: c:d }\n",
      "a:\n  - b:\n      c: d\n    e: f\n", "a: \"\"\n", "a: { b: \"\" }\n",
    ])
  func accepted(_ text: String) throws {
    let bytes = Array(text.utf8)
    let plain = try #require(PlainYAML.parse(bytes))
    #expect(plain == yaml(bytes))
  }

  /// 4,000 books, of which a quarter stay plain.
  @Test("books with a few bytes changed at random are read alike, or left to the reader of YAML at large")
  func changed() {
    let base = Array(
      """
      region: test-1
      # A comment.
      prices:
        - service: S
          key: K
          description: "Words, and more: words"
          tiers:
            - { from: 0, price: 0.5 }
            - { from: 10, price: 0.25 }
          derived:
            - rule: twice the price
              prices:
                - { key: K-2, times: 2, description: "K, twice" }

        - service: S
          key: L
      """.utf8)
    let others = Array(" \n:#{},\"-a1&\\".utf8)
    var stream = RandomStream(seed: 1, replication: 0, component: "books", purpose: "changes")
    var plain = 0
    for _ in 0..<4_000 {
      var bytes = base
      for _ in 0...stream.nextIndex(below: 2) {
        let place = Int(stream.nextIndex(below: UInt64(bytes.count)))
        let other = others[Int(stream.nextIndex(below: UInt64(others.count)))]
        switch stream.nextIndex(below: 3) {
        case 0: bytes[place] = other
        case 1: bytes.insert(other, at: place)
        default: bytes.remove(at: place)  // over draws
        }
      }
      guard let root = PlainYAML.parse(bytes) else { continue }
      plain += 1
      #expect(root == yaml(bytes), "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(plain > 800)
  }

  private func yaml(_ bytes: [UInt8]) -> PriceBookNode? {
    var reader = PriceBookReader()
    return reader.yamlRoot(of: bytes)
  }
}
