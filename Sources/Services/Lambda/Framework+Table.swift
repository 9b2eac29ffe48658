// Derived from AWS's samples (MIT-0): serverless-java-frameworks-samples@1352ab4, serverless-dotnet-demo@27fc574.

extension Framework {
  /// What one load test, or two with and without SnapStart, became.
  struct Row: Sendable {
    /// With SnapStart.
    struct SnapStart: Sendable {
      let restore: [Int64]
      let firstCall: Int64
    }

    let framework: Framework
    let architecture: FunctionConfig.Architecture
    let initDuration: [Int64]
    let firstCall: Int64
    let snapStart: SnapStart?
  }

  /// Per row the least, the 50th, 90th and 99th percentile and the greatest init, the CPU time of the first call on one
  /// vCPU, and the same of restore and first call with SnapStart; all in microseconds.
  static let rows: [Row] = [
    row(
      .springBoot, .x86, [2_948_599, 3_652_230, 3_986_180, 4_523_770, 5_367_960], 956_025,
      [296_161, 612_036, 705_930, 1_264_813, 1_645_081], 344_813),
    row(
      .micronaut, .x86, [2_264_512, 2_949_370, 3_283_390, 3_841_350, 4_998_240], 955_799,
      [293_825, 418_826, 512_879, 597_007, 884_729], 235_728),
    row(
      .quarkus, .x86, [432_760, 865_520, 1_486_570, 2_395_870, 4_684_130], 956_389,
      [425_738, 563_750, 643_530, 746_500, 1_212_873], 33_334),
    row(.dagger, .x86, [776_650, 1_553_300, 1_969_980, 3_190_410, 5_236_840], 955_556),
    row(.springBootNative, .x86, [83_356, 142_500, 206_370, 243_610, 273_820], 271_519),
    row(.micronautNative, .x86, [71_250, 142_500, 226_720, 464_830, 921_080], 282_604),
    row(.quarkusNative, .x86, [71_250, 142_500, 275_000, 477_660, 1_024_010], 184_117),
    row(
      .dotnet8, .x86, [127_905, 255_810, 357_810, 798_810, 1_071_810], 346_209,
      [165_068, 354_264, 533_865, 760_309, 1_419_222], 240_490),
    row(
      .dotnet8, .arm64, [212_020, 281_350, 330_350, 373_350, 427_350], 448_644,
      [186_761, 349_517, 587_589, 654_107, 943_697], 238_464),
    row(.dotnet8Native, .x86, [44_150, 88_300, 110_300, 207_300, 431_300], 132_385),
    row(.dotnet8Native, .arm64, [50_658, 75_990, 88_990, 113_990, 183_990], 146_283),
  ]

  private static func row(
    _ framework: Framework, _ architecture: FunctionConfig.Architecture, _ initDuration: [Int64], _ firstCall: Int64
  ) -> Row {
    Row(
      framework: framework, architecture: architecture, initDuration: initDuration, firstCall: firstCall, snapStart: nil
    )
  }

  private static func row(
    _ framework: Framework, _ architecture: FunctionConfig.Architecture, _ initDuration: [Int64], _ firstCall: Int64,
    _ restore: [Int64], _ restoredFirstCall: Int64
  ) -> Row {
    Row(
      framework: framework, architecture: architecture, initDuration: initDuration, firstCall: firstCall,
      snapStart: Row.SnapStart(restore: restore, firstCall: restoredFirstCall))
  }
}
