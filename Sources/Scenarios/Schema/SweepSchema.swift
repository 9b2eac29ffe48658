/// The JSON Schema of the plans of sweeps, for editors.
public enum SweepSchema {
  /// The schema with a line feed at its end; the same bytes every time.
  public static func json() -> String { JSONSchema.text(title: "Windtunnel sweep", shapes: Shapes.ofSweep) }
}
