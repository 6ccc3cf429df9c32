import EdgeGraph

/// The pictures of an epoch in the order in which they are used.
struct EpochOrder {
  private(set) var indices: [Int]
  private(set) var repeats: [Int]

  /// 0 ..< `count` as they are.
  init(sequential count: Int) {
    indices = Array(0..<count)
    repeats = Array(repeating: 0, count: count)
  }

  /// 0 ..< `count` in an order told by seed and epoch.
  init(shuffled count: Int, seed: UInt64, epoch: Int) {
    var stream = RandomStream(seed: seed, step: epoch, name: "sampler/order")
    indices = stream.permutation(count)
    repeats = Array(repeating: 0, count: count)
  }

  var count: Int { indices.count }

  /// Every picture `times` times in a row.
  func repeated(_ times: Int) -> EpochOrder {
    var result = self
    result.indices = (0..<count * times).map { indices[$0 / times] }
    result.repeats = (0..<count * times).map { repeats[$0 / times] + $0 % times }
    return result
  }

  /// Filled up from its own start, as often as it takes. A picture that comes again is numbered
  /// `rounds` higher.
  ///
  /// - Precondition: it is not empty, or `count` is 0.
  func padded(to count: Int, rounds: Int = 1) -> EpochOrder {
    var result = self
    while result.count < count {
      let source = result.count - self.count
      result.indices.append(result.indices[source])
      result.repeats.append(result.repeats[source] + rounds)
    }
    return result
  }

  /// Every `worldSize`-th, beginning with `rank`.
  func part(_ shard: Shard) -> EpochOrder {
    var result = self
    let positions = stride(from: shard.rank, to: count, by: shard.worldSize)
    result.indices = positions.map { indices[$0] }
    result.repeats = positions.map { repeats[$0] }
    return result
  }

  func prefix(_ count: Int) -> EpochOrder {
    var result = self
    result.indices.removeLast(max(0, self.count - count))
    result.repeats.removeLast(max(0, self.count - count))
    return result
  }

  func request(_ range: Range<Int>, height: Int, width: Int) -> BatchRequest {
    BatchRequest(
      indices: Array(indices[range]), repeats: Array(repeats[range]), height: height, width: width)
  }

  /// Batches of one size; the last may be smaller, unless it is dropped.
  func batches(of size: Int, dropsLast: Bool, height: Int, width: Int) -> [BatchRequest] {
    let batchCount = batchCountOf(count, size, dropsLast: dropsLast)
    return (0..<batchCount).map {
      request($0 * size..<min($0 * size + size, count), height: height, width: width)
    }
  }
}

/// How many batches `count` pictures make.
func batchCountOf(_ count: Int, _ batchSize: Int, dropsLast: Bool) -> Int {
  count / batchSize + (dropsLast || count % batchSize == 0 ? 0 : 1)
}
