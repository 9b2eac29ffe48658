/// The JSON Schema of scenarios, for editors.
public enum ScenarioSchema {
  /// The schema with a line feed at its end; the same bytes every time.
  public static func json() -> String {
    JSONSchema.text(
      title: "Windtunnel scenario", shapes: Shapes.all, more: [("resource", resource), ("step", step)])
  }

  private static let resource = JSON.object([
    ("description", .string("A resource; `type` tells its kind.")),
    ("oneOf", .array(Shapes.resourceTypes.map { JSONSchema.reference($0) })),
  ])

  private static let step = JSON.object([
    ("description", .string("A step of a handler.")),
    ("oneOf", .array(Shapes.stepKinds.map { JSONSchema.reference($0.shape.name) })),
  ])
}
