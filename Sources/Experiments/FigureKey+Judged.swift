/// Which figures a comparison's verdict judges. They form one family for Holm's correction, so they are chosen here, before
/// anything runs, and not by what the replications show.
extension FigureKey {
  /// Whether the verdict judges it: of every traffic source the p99 and the share that failed, the monthly cost, and of
  /// the types `judgedOfTypes`.
  ///
  /// The other figures are judged each by itself: they say the same in other words, such as p95 beside p99,
  /// or are looked up, and in one family with hundreds of them no verdict would have any power.
  public var isJudged: Bool {
    switch scope {
    case .traffic: name == "p99" || name == "errorRate"
    case .type: Self.judgedOfTypes.contains(self)
    case .bill: name == "monthlyCost"
    case .resource: false
    }
  }

  /// Figures of all resources of a type together that the verdict judges, in the order in which it names them.
  public static let judgedOfTypes: [FigureKey] =
    [
      ofType("function", "throttles"), ofType("table", "throttles"), ofType("table", "readRequestUnits"),
      ofType("function", "coldStarts"), ofType("queue", "p99TimeMs"),
      ofType("eventSourceMapping", "p99IteratorAgeMs"), ofType("dbProxy", "p99BorrowMs"),
      ofType("dbProxy", "borrowTimeouts"),
    ]
    + ["dbInstance", "auroraCluster"].flatMap { type in
      ["refusedConnections", "cpuUtilization", "peakConnections", "longestOutageMs", "acuHours"].map { name in
        ofType(type, name)
      }
    }

  private static func ofType(_ type: String, _ name: String) -> FigureKey {
    FigureKey(scope: .type(type), name: name, unit: FigureUnit(ofFigure: name))
  }
}
