import EdgeGraph
import Synchronization
import TestSupport
import Testing

@testable import EdgeData

@Suite struct BatchLoaderTests {
  /// Pictures of one pixel that holds their index; counts how many were read.
  private final class Numbered: ImageDataset {
    let classNames = ["even", "odd"]
    let count: Int
    let missing: Set<Int>
    let reads = Atomic(0)

    init(_ count: Int, missing: Set<Int> = []) { (self.count, self.missing) = (count, missing) }

    func label(at index: Int) -> Int { index % 2 }
    func name(at index: Int) -> String { "class/\(index).png" }

    func content(at index: Int) throws(DatasetError) -> SampleContent {
      reads.add(1, ordering: .relaxed)
      if missing.contains(index) { throw .missing(path: "/data/class/\(index).png") }
      return .decoded(Image(width: 1, height: 1, pixels: [UInt8(index % 256), 0, 0]))
    }
  }

  private final class Counter: Sendable {
    let count = Atomic(0)
  }

  /// Index, position and a random number.
  private static let prepare: SamplePreparation = { content, sample, stream, output, _ in
    guard case .decoded(let image) = content else { return }
    output[0] = Float(image.pixels[0])
    output[1] = Float(sample.position)
    output[2] = Float(stream.uniform())
    for index in 3..<output.count { output[index] = Float(sample.width) }
  }

  private func requests(
    _ count: Int, batchSize: Int = 4, side: Int = 2, epoch: Int = 0
  ) throws -> [BatchRequest] {
    try ShuffledSampler(
      count: count, batchSize: batchSize, height: side, width: side, seed: 1, dropsLast: false
    ).batches(epoch: epoch)
  }

  private func all(_ loader: BatchLoader) throws -> [[Float]] {
    var result: [[Float]] = []
    while let batch = try loader.next() { result.append(batch.input.floats()) }
    return result
  }

  @Test func batchesComeInOrder() throws {
    let dataset = Numbered(30)
    let requests = try requests(30)
    let loader = BatchLoader(
      dataset, requests: requests, seed: 5, epoch: 2, workers: 2, prepare: Self.prepare)
    var position = 0
    for request in requests {
      let batch = try #require(try loader.next())
      #expect(batch.indices == request.indices)
      #expect(batch.targets.count == 0)
      #expect(batch.input.shape == [request.count, 2, 2, 3])
      let values = batch.images.withFloats { span in (0..<span.count).map { span[$0] } }
      #expect(values == batch.input.floats())
      for (slot, index) in request.indices.enumerated() {
        var stream = RandomStream(seed: 5, step: 2, name: "class/\(index).png")
        #expect(values[slot * 12] == Float(index))
        #expect(values[slot * 12 + 1] == Float(position))
        #expect(values[slot * 12 + 2] == Float(stream.uniform()))
        position += 1
      }
    }
    #expect(try loader.next() == nil)
    #expect(try loader.next() == nil)
    #expect(dataset.reads.load(ordering: .relaxed) == 30)
  }

  @Test func threadsAndRestartsChangeNothing() throws {
    let dataset = Numbered(101)
    let requests = try requests(101)
    func run(_ workers: Int, depth: Int = 3, from first: Int = 0) throws -> [[Float]] {
      try all(
        BatchLoader(
          dataset, requests: requests, startingAt: first, seed: 5, epoch: 2, workers: workers,
          depth: depth, prepare: Self.prepare))
    }
    let one = try run(1)
    #expect(one.count == 26)
    #expect(try run(4) == one)
    #expect(try run(0) == one)
    #expect(try run(3, depth: 1) == one)
    #expect(try run(0, depth: 1) == one)
    #expect(try run(4, depth: 20) == one)
    #expect(try run(2, from: 17) == Array(one[17...]))
    #expect(try run(2, from: 26).isEmpty)
  }

  /// The random numbers of a picture are its own, whatever batch it comes in.
  @Test func batchSplitsDontChangeRandomNumbers() throws {
    func numbers(_ batchSize: Int, epoch: Int) throws -> [Float: Float] {
      let values = try all(
        BatchLoader(
          Numbered(50), requests: try requests(50, batchSize: batchSize), seed: 5, epoch: epoch,
          workers: 2, prepare: Self.prepare)
      ).flatMap(\.self)
      return Dictionary(
        uniqueKeysWithValues: stride(from: 0, to: values.count, by: 12).map {
          (values[$0], values[$0 + 2])
        })
    }
    #expect(try numbers(4, epoch: 0) == numbers(7, epoch: 0))
    #expect(try numbers(4, epoch: 0) != numbers(4, epoch: 1))
  }

  @Test func repeatsHaveRandomNumbersOfTheirOwn() throws {
    let request = BatchRequest(indices: [3, 3, 3], repeats: [0, 1, 0], height: 1, width: 1)
    let loader = BatchLoader(
      Numbered(5), requests: [request], seed: 0, epoch: 0, workers: 1, prepare: Self.prepare)
    let values = try #require(try loader.next()).input.floats()
    #expect(values[2] == values[8])
    #expect(values[2] != values[5])
  }

  @Test func batchesOfDifferentSizesShareBuffers() throws {
    let shapes = [(1, 4), (8, 1), (2, 3), (1, 1), (5, 2)]
    let requests = shapes.map { count, side in
      BatchRequest(
        indices: Array(0..<count), repeats: Array(repeating: 0, count: count), height: side,
        width: side + 1)
    }
    let loader = BatchLoader(
      Numbered(8), requests: requests, seed: 0, epoch: 0, workers: 2, depth: 2,
      prepare: Self.prepare)
    for (count, side) in shapes {
      let batch = try #require(try loader.next())
      #expect(batch.input.shape == [count, side, side + 1, 3])
      let values = batch.input.floats()
      #expect(values.count == count * side * (side + 1) * 3)
      if side > 1 { #expect(values.last == Float(side + 1)) }
    }
  }

  /// Two targets a picture and one for each row of the input, in the same order as the images.
  @Test func targetsComeWithTheirImages() throws {
    let requests = [
      BatchRequest(indices: [4, 1, 3], repeats: [0, 0, 0], height: 2, width: 1),
      BatchRequest(indices: [2], repeats: [0], height: 5, width: 3),
    ]
    let asked = Counter()
    let loader = BatchLoader(
      Numbered(5), requests: requests + requests, seed: 0, epoch: 0, workers: 2,
      targetCount: { height, _ in
        asked.count.add(1, ordering: .relaxed)
        return 2 + height
      },
      prepare: { content, sample, random, image, targets in
        try Self.prepare(content, sample, &random, &image, &targets)
        for index in targets.indices { targets[index] = Float(10 * sample.index + index) }
      })
    #expect(asked.count.load(ordering: .relaxed) == 2)
    for request in requests + requests {
      let batch = try #require(try loader.next())
      let found = batch.targets.withFloats { span in span.indices.map { span[$0] } }
      #expect(
        found
          == request.indices.flatMap { index in
            (0..<2 + request.height).map { Float(10 * index + $0) }
          })
      #expect(batch.targets.byteCount == 4 * found.count)
      let images = batch.input.floats()
      #expect(images.count == 3 * request.count * request.height * request.width)
      #expect(
        stride(from: 0, to: images.count, by: images.count / request.count).map { images[$0] }
          == request.indices.map { Float($0) })
    }
  }

  /// What is left of a batch keeps its memory.
  @Test func targetsOutliveTheirImages() throws {
    let loader = BatchLoader(
      Numbered(80), requests: try requests(80), seed: 0, epoch: 0, workers: 1, depth: 1,
      targetCount: { _, _ in 1 },
      prepare: { _, sample, _, _, targets in targets[0] = Float(sample.index) })
    func nextTargets() throws -> BatchImages { try #require(try loader.next()).targets }
    let first = try nextTargets()
    let values = first.withFloats { $0[0] }
    _ = try nextTargets()
    #expect(first.withFloats { $0[0] } == values)
  }

  private func eventually(_ condition: () -> Bool) async throws -> Bool {
    for _ in 0..<1000 {
      if condition() { return true }
      try await Task.sleep(for: .milliseconds(5))
    }
    return false
  }

  @Test func memoryIsBounded() async throws {
    let dataset = Numbered(80)
    func reads() -> Int { dataset.reads.load(ordering: .relaxed) }
    let loader = BatchLoader(
      dataset, requests: try requests(80), seed: 0, epoch: 0, workers: 3, depth: 2,
      prepare: Self.prepare)
    #expect(try await eventually { reads() == 8 })
    try await Task.sleep(for: .milliseconds(30))
    #expect(reads() == 8)
    var first = try loader.next()
    try await Task.sleep(for: .milliseconds(30))
    #expect(reads() == 8)
    let kept = first?.input.floats()
    let second = try loader.next()
    // Both are kept here: another one is made all the same.
    let third = try loader.next()
    #expect(reads() == 12)
    #expect(first?.input.floats() == kept)
    #expect(second?.indices != third?.indices)
    first = nil
    try await Task.sleep(for: .milliseconds(30))
    #expect(reads() == 12)
  }

  @Test func buffersAreUsedAgain() throws {
    let loader = BatchLoader(
      Numbered(80), requests: try requests(80), seed: 0, epoch: 0, workers: 1, depth: 2,
      prepare: Self.prepare)
    var places: Set<Int> = []
    while let batch = try loader.next() {
      batch.images.withFloats { span in
        unsafe span.withUnsafeBufferPointer { _ = places.insert(Int(bitPattern: $0.baseAddress)) }
      }
    }
    #expect(places.count <= 2)
  }

  @Test(arguments: [0, 1, 4])
  func errorsReachTheConsumerInOrder(workers: Int) throws {
    let requests = try requests(40)
    let bad = [requests[6].indices[2], requests[6].indices[3], requests[8].indices[0]]
    let loader = BatchLoader(
      Numbered(40, missing: Set(bad)), requests: requests, seed: 0, epoch: 0, workers: workers,
      prepare: Self.prepare)
    for batch in 0..<6 { #expect(try loader.next()?.indices == requests[batch].indices) }
    for _ in 0..<2 {
      do throws(LoadingError) {
        _ = try loader.next()
        Issue.record("no error")
      } catch {
        #expect(error.index == bad[0])
        #expect(error.name == "class/\(bad[0]).png")
        #expect(error.description == "/data/class/\(bad[0]).png: no such file or folder")
      }
    }
  }

  @Test func errorsOfPreparationNameThePicture() throws {
    struct Refused: Error {}
    let loader = BatchLoader(
      Numbered(4), requests: try requests(4), seed: 0, epoch: 0, workers: 1
    ) { _, sample, _, _, _ in
      if sample.index == 3 { throw Refused() }
    }
    do throws(LoadingError) {
      _ = try loader.next()
      Issue.record("no error")
    } catch {
      #expect(error.description == "class/3.png: Refused()")
      #expect(error.reason is Refused)
    }
  }

  private final class Token: Sendable {}

  @Test func nothingIsLeftOfADroppedLoader() throws {
    let requests = try requests(4000)
    weak var leftToken: Token?
    weak var leftDataset: Numbered?
    var batch: Batch?
    do {
      let token = Token()
      let dataset = Numbered(4000)
      (leftToken, leftDataset) = (token, dataset)
      let loader = BatchLoader(
        dataset, requests: requests, seed: 0, epoch: 0, workers: 3
      ) { content, sample, stream, output, targets in
        withExtendedLifetime(token) {}
        try Self.prepare(content, sample, &stream, &output, &targets)
      }
      batch = try loader.next()
    }
    #expect(batch?.input.floats().count == 48)
    batch = nil
    #expect(leftToken == nil)
    #expect(leftDataset == nil)
  }

  @Test func stressWithManyThreads() throws {
    let requests = try requests(3000, batchSize: 3, side: 1)
    for round in 0..<5 {
      let loader = BatchLoader(
        Numbered(3000), requests: requests, seed: 0, epoch: round, workers: 6, depth: 1 + round,
        prepare: Self.prepare)
      var count = 0
      while let batch = try loader.next() {
        #expect(batch.indices == requests[count].indices)
        count += 1
      }
      #expect(count == 1000)
    }
  }

  @Test func workersLeaveProcessorsToTraining() {
    #expect([1, 2, 4, 8, 16].map(BatchLoader.defaultWorkers) == [1, 1, 1, 2, 4])
  }
}
