internal import CYaml

/// Reads one YAML document into a `YAMLNode`, event by event.
///
/// Yams's own tree shares the nodes of aliases and compares whole trees to find duplicate keys, so that a few lines can
/// keep it busy for hours, and it stops at the first duplicate. Here an anchor, alias or tag is refused where it
/// stands, nesting is limited, and duplicates are listed. libYAML is the parser that Yams brings along; no pointer of
/// it leaves this file.
struct YAMLParser {
  /// Lists and mappings may nest this deep.
  static let depthMax = 64

  /// The document, or nil with the reasons in `faults`: syntax, anchors, aliases, tags, depth, duplicate keys, or a
  /// second document. Duplicates alone leave the tree usable, and the first of them counts.
  static func parse(_ text: String, file: String, faults: inout [ScenarioError]) -> YAMLNode? {
    var bytes = Array(text.utf8)
    if bytes.isEmpty { bytes = [10] }
    return bytes.withUnsafeBufferPointer { buffer in
      let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
      parser.initialize(to: yaml_parser_t())
      defer { parser.deallocate() }
      guard yaml_parser_initialize(parser) == 1 else {
        faults.append(ScenarioError(place: .file(file), found: "no memory to read it", wanted: "a smaller file"))
        return nil
      }
      defer { yaml_parser_delete(parser) }
      yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
      var reading = Reading(parser: parser, bytes: buffer, file: file)
      let node = reading.document()
      faults += reading.faults
      return node
    }
  }

  /// An event of libYAML as a value.
  private struct Event {
    enum Kind {
      case scalar(String, plain: Bool)
      case sequenceStart, sequenceEnd, mappingStart, mappingEnd
      case documentStart, streamEnd, other
      case refused(found: String, advice: String)
    }
    var kind: Kind
    var place: ScenarioError.Place
  }

  /// The parser in the middle of a document; nil results mean that a fault is noted and reading is over.
  private struct Reading {
    let parser: UnsafeMutablePointer<yaml_parser_t>
    let bytes: UnsafeBufferPointer<UInt8>
    let file: String
    var faults: [ScenarioError] = []

    mutating func document() -> YAMLNode? {
      while let event = next() {
        switch event.kind {
        case .documentStart:
          guard let first = next(), let node = node(from: first, depth: 0) else { return nil }
          return isLast() ? node : nil
        case .streamEnd:
          faults.append(
            ScenarioError(
              place: .file(file), found: "an empty file", wanted: "a scenario", advice: "see `windtunnel schema`"))
          return nil
        case .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd, .other, .refused:
          continue
        }
      }
      return nil
    }

    /// Whether nothing follows the first document.
    private mutating func isLast() -> Bool {
      while let event = next() {
        switch event.kind {
        case .streamEnd: return true
        case .documentStart:
          refuse(event.place, found: "a second document", advice: "put it into a file of its own")
          return false
        case .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd, .other, .refused: continue
        }
      }
      return false
    }

    private mutating func node(from event: Event, depth: Int) -> YAMLNode? {
      switch event.kind {
      case .scalar(let text, let plain):
        return YAMLNode(content: .scalar(text, plain: plain), place: event.place)
      case .sequenceStart, .mappingStart:
        guard depth < YAMLParser.depthMax else {
          refuse(event.place, found: "nesting deeper than \(YAMLParser.depthMax) levels", advice: "flatten it")
          return nil
        }
        if case .sequenceStart = event.kind { return sequence(at: event.place, depth: depth) }
        return mapping(at: event.place, depth: depth)
      case .refused(let found, let advice):
        refuse(event.place, found: found, advice: advice)
        return nil
      case .sequenceEnd, .mappingEnd, .documentStart, .streamEnd, .other:
        refuse(event.place, found: "a misplaced end", advice: "")
        return nil
      }
    }

    private mutating func sequence(at place: ScenarioError.Place, depth: Int) -> YAMLNode? {
      var items: [YAMLNode] = []
      while let event = next() {
        if case .sequenceEnd = event.kind { return YAMLNode(content: .sequence(items), place: place) }
        guard let item = node(from: event, depth: depth + 1) else { return nil }
        items.append(item)
      }
      return nil
    }

    private mutating func mapping(at place: ScenarioError.Place, depth: Int) -> YAMLNode? {
      var entries: [YAMLNode.Entry] = []
      var seen: [String: ScenarioError.Place] = [:]
      while let event = next() {
        if case .mappingEnd = event.kind { return YAMLNode(content: .mapping(entries), place: place) }
        guard let keyNode = node(from: event, depth: depth + 1), let after = next(),
          let value = node(from: after, depth: depth + 1)
        else { return nil }
        guard case .scalar(let key, _) = keyNode.content else {
          faults.append(ScenarioError(place: keyNode.place, found: "\(keyNode.summary) as a key", wanted: "a text"))
          continue
        }
        if let first = seen[key] {
          faults.append(
            ScenarioError(
              place: keyNode.place, found: "`\(YAMLNode.clip(key))` a second time", wanted: "each key once",
              advice: "the first is at \(first)"))
          continue
        }
        seen[key] = keyNode.place
        entries.append(YAMLNode.Entry(key: key, keyPlace: keyNode.place, value: value))
      }
      return nil
    }

    private mutating func refuse(_ place: ScenarioError.Place, found: String, advice: String) {
      faults.append(ScenarioError(place: place, found: found, wanted: "plain YAML of one document", advice: advice))
    }

    /// The next event; nil after a syntax error, which is noted.
    private mutating func next() -> Event? {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else {
        noteSyntaxError()
        return nil
      }
      defer { yaml_event_delete(&event) }
      let place = position(event.start_mark)
      return Event(kind: kind(of: event), place: place)
    }

    private func kind(of event: yaml_event_t) -> Event.Kind {
      switch event.type {
      case YAML_SCALAR_EVENT:
        let scalar = event.data.scalar
        if let refused = refused(anchor: scalar.anchor, tag: scalar.tag) { return refused }
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        return .scalar(text, plain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      case YAML_SEQUENCE_START_EVENT:
        let start = event.data.sequence_start
        return refused(anchor: start.anchor, tag: start.tag) ?? .sequenceStart
      case YAML_MAPPING_START_EVENT:
        let start = event.data.mapping_start
        return refused(anchor: start.anchor, tag: start.tag) ?? .mappingStart
      case YAML_ALIAS_EVENT: return Self.alias
      case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
      case YAML_MAPPING_END_EVENT: return .mappingEnd
      case YAML_DOCUMENT_START_EVENT: return .documentStart
      case YAML_STREAM_END_EVENT: return .streamEnd
      default: return .other  // over libYAML's events
      }
    }

    private static let alias = Event.Kind.refused(
      found: "a YAML anchor or alias", advice: "write the value out, or quote a text that begins with & or *")

    private func refused(
      anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?
    ) -> Event.Kind? {
      if anchor != nil { return Self.alias }
      if tag != nil { return .refused(found: "a YAML tag", advice: "leave it out, or quote a text that begins with !") }
      return nil
    }

    private mutating func noteSyntaxError() {
      let problem = parser.pointee.problem.map { String(cString: $0) } ?? "unreadable"
      let place =
        parser.pointee.error == YAML_READER_ERROR
        ? position(ofByte: Int(parser.pointee.problem_offset)) : position(parser.pointee.problem_mark)
      if problem.hasPrefix("Maximum nesting level") {
        refuse(place, found: "nesting deeper than \(YAMLParser.depthMax) levels", advice: "flatten it")
        return
      }
      faults.append(
        ScenarioError(
          place: place, found: "a syntax error (\(problem))", wanted: "valid YAML",
          advice: "check quotes, brackets and indentation here and in the lines above"))
    }

    private func position(_ mark: yaml_mark_t) -> ScenarioError.Place {
      .position(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func position(ofByte offset: Int) -> ScenarioError.Place {
      var line = 1
      var column = 1
      for byte in bytes.prefix(offset) {
        if byte == 10 {
          line += 1
          column = 1
        } else if byte & 0xC0 != 0x80 {
          column += 1
        }
      }
      return .position(file: file, line: line, column: column)
    }
  }
}
