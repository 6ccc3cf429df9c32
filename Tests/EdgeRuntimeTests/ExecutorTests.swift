import EdgeGraph
import Synchronization
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct ExecutorTests {
  /// Requests in the order in which their graphs were recorded.
  private final class Log: Sendable {
    private let requests = Mutex<[Int]>([])
    func add(_ request: Int) { requests.withLock { $0.append(request) } }
    var all: [Int] { requests.withLock { $0 } }
  }

  private let options = RuntimeOptions(threads: 1)

  @Test func keepsTheEightProgramsUsedLast() throws {
    let log = Log()
    let executor = Executor<Int>(options: options) { width in
      log.add(width)
      return try Graph(outputs: [.init("y", gelu(.input("x", shape: [1, width])))])
    }
    for width in 1...8 { _ = try executor.program(for: width) }
    #expect(log.all == Array(1...8))
    _ = try executor.program(for: 1)
    #expect(log.all == Array(1...8), "still there")
    _ = try executor.program(for: 9)
    _ = try executor.program(for: 1)
    #expect(log.all == Array(1...9), "the one used last stays")
    _ = try executor.program(for: 2)
    #expect(log.all == Array(1...9) + [2], "the one not used for the longest time went")
  }

  @Test func theSameRequestIsTheSameProgram() throws {
    let executor = Executor<Int>(options: options) { width in
      try Graph(outputs: [.init("y", gelu(.input("x", shape: [1, width])))])
    }
    #expect(try executor.program(for: 3) === executor.program(for: 3))
    #expect(try executor.program(for: 3) !== executor.program(for: 4))
  }

  @Test func requestsAtOnceShareOneProgram() async throws {
    let executor = Executor<Int>(options: options) { width in
      try Graph(outputs: [.init("y", gelu(.input("x", shape: [1, width])))])
    }
    let programs = try await withThrowingTaskGroup(of: Program.self) { group in
      for _ in 0..<16 { group.addTask { try executor.program(for: 5) } }
      return try await group.reduce(into: [Program]()) { $0.append($1) }
    }
    #expect(Set(programs.map { ObjectIdentifier($0) }).count == 1)
  }

  @Test func errorsOfRecordingAreThrown() {
    struct Refused: Error {}
    let executor = Executor<Int>(options: options) { _ in throw Refused() }
    #expect(throws: Refused.self) { try executor.program(for: 1) }
  }

  @Test func threadsAreAtLeastOne() {
    #expect(RuntimeOptions(threads: 0).threads == 1)
    #expect(RuntimeOptions(threads: -3).threads == 1)
    #expect(RuntimeOptions(isa: .portable, threads: 3).isa == .portable)
  }

  /// A model with positions, batch norm before patches, and a head.
  private struct Model: Sendable {
    let graph: @Sendable (Int) throws -> Graph
    let parameters: [ParameterValue]

    init() throws {
      var layers = LayerBuilder(seed: 8)
      let projection = layers.parameter([6, 4])
      let gain = [layers.parameter([6]), layers.parameter([6])]
      let statistics =
        (0..<3).map { _ in layers.parameter([6]) }
        + [layers.parameter([6], in: 0.5...2)]
      let (kernel, head) = (layers.parameter([8, 6, 2, 2]), layers.parameter([3, 8]))
      graph = { side in
        let x = Tensor.input("x", shape: [1, side, side, 6])
        let code = FourierPositions(height: side, width: side, channels: 2)
        let projected = Tensor(LinearMap(hasBias: false), [Tensor(code, []), projection])
        let positioned = x + projected * (gain[0] + gain[1])
        let normalized = Tensor(
          BatchNormalization(epsilon: 1e-5), [positioned] + statistics)
        let patches = Tensor(Convolution(stride: 2, hasBias: false), [normalized, kernel])
        let y = Tensor(LinearMap(hasBias: false), [patches.spatialMean(), head])
        return try Graph(outputs: [.init("y", y)])
      }
      parameters = try graph(4).parameters
    }
  }

  private func pixels(_ side: Int) -> [Float] {
    var rng = SplitMix64(seed: UInt64(side))
    return rng.floats(side * side * 6)
  }

  @Test func otherSizesRunAfterTheParametersAreReleased() throws {
    let (kept, model) = (try Model(), try Model())
    let executor = Executor(options: options, record: model.graph)
    try executor.releaseParameters(of: 4)
    let held = model.parameters.filter { $0.value != nil }.map(\.name)
    #expect(Set(held) == ["p1", "p2", "p3"], "only what positions are made with")
    let other = Executor(options: options, record: kept.graph)
    for side in [4, 6, 10] {
      let expected = try other.program(for: side).run(pixels(side))[0].floats()
      #expect(try executor.program(for: side).run(pixels(side))[0].floats() == expected)
    }
  }

  /// Also where the size that was released first is the one that the kernel was made for, so that
  /// nothing is resampled.
  @Test func resampledKernelsOutliveTheParameters() throws {
    func executor() -> Executor<Int> {
      var layers = LayerBuilder(seed: 9)
      let kernel = layers.parameter([6, 1, 4, 1])
      return Executor<Int>(options: options) { side in
        let x = Tensor.input("x", shape: [1, side, side, 6])
        let circular = CircularConvolution(along: .height, groups: 6, hasBias: false)
        let y = Tensor(circular, [x, kernel.resampled(axis: 2, to: side)])
        return try Graph(outputs: [.init("y", y)])
      }
    }
    let (released, kept) = (executor(), executor())
    try released.releaseParameters(of: 4)
    for side in [4, 6, 10] {
      let expected = try kept.program(for: side).run(pixels(side))[0].floats()
      #expect(try released.program(for: side).run(pixels(side))[0].floats() == expected)
    }
    #expect(released.constantBytes == 0, "they belong to their programs")
  }

  /// Sizes don't pile up: what depends on them goes with their program.
  @Test func packedConstantsAreThoseOfTheModel() throws {
    let executor = Executor(options: options, record: try Model().graph)
    _ = try executor.program(for: 4)
    let bytes = executor.constantBytes
    #expect(bytes > 0)
    for side in [6, 8, 10] { _ = try executor.program(for: side) }
    #expect(executor.constantBytes == bytes)
  }

  /// Literals are told apart by what they hold, not by where they lie.
  @Test func literalsOfOneRequestAreNotThoseOfAnother() throws {
    let executor = Executor<Int>(options: options) { request in
      let literal = Tensor.constant(TensorData([Float(request), 1], shape: [2]))
      return try Graph(outputs: [.init("y", .input("x", shape: [1, 2]) + literal)])
    }
    for request in 0..<50 {
      let y = try executor.program(for: request).run([0, 0])[0].floats()
      #expect(y == [Float(request), 1])
    }
  }
}
