import Units

/// Node types of ElastiCache: the present ones of three families that caches in front of tables mostly run on.
public enum CacheNodeType: String, Hashable, Sendable, CaseIterable {
  case t4gMicro = "cache.t4g.micro"
  case t4gSmall = "cache.t4g.small"
  case t4gMedium = "cache.t4g.medium"
  case m7gLarge = "cache.m7g.large"
  case m7gXLarge = "cache.m7g.xlarge"
  case r7gLarge = "cache.r7g.large"
  case r7gXLarge = "cache.r7g.xlarge"
  case r7g2XLarge = "cache.r7g.2xlarge"
  case r7g4XLarge = "cache.r7g.4xlarge"

  /// `maxmemory` of the node type, before a share of it is reserved (documented: ElastiCache parameter groups, Valkey
  /// and Redis OSS node-type specific parameters).
  public var memory: Size {
    switch self {
    case .t4gMicro: Size(bytes: 536_870_912)
    case .t4gSmall: Size(bytes: 1_471_026_299)
    case .t4gMedium: Size(bytes: 3_317_862_236)
    case .m7gLarge: Size(bytes: 6_854_542_746)
    case .m7gXLarge: Size(bytes: 13_891_921_715)
    case .r7gLarge: Size(bytes: 14_037_181_030)
    case .r7gXLarge: Size(bytes: 28_261_849_702)
    case .r7g2XLarge: Size(bytes: 56_711_183_565)
    case .r7g4XLarge: Size(bytes: 113_609_865_216)
    }
  }

  /// Commands a second of one node (inferred: AWS publishes none).
  ///
  /// One thread of an engine executes commands, about 100,000 small ones a second on any current core; a burstable node
  /// has a fifth of a core for it in the long run.
  public var requestsPerSecond: Int {
    switch self {
    case .t4gMicro, .t4gSmall, .t4gMedium: 20_000
    case .m7gLarge, .m7gXLarge, .r7gLarge, .r7gXLarge, .r7g2XLarge, .r7g4XLarge: 100_000
    }
  }
}

/// What runs on ElastiCache nodes.
public enum CacheEngine: String, Hashable, Sendable, CaseIterable {
  case valkey
  case redis
  case memcached
}
