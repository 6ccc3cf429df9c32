import EdgeGraph
import Synchronization
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct ProgramTests {
  /// Two encoder blocks, a step between them and a head: every kind of call, large enough to be
  /// split.
  private static func network(batch: Int = 1) throws -> Graph {
    var layers = LayerBuilder(seed: 3)
    var x = layers.patches(.input("x", shape: [batch, 64, 64, 3]), to: 16, size: 4)
    for _ in 0..<2 {
      let normalized = layers.layerNorm(layers.depthwise(x))
      x = x + layers.scaled(layers.mlp(normalized, hidden: 64))
    }
    let qkv = layers.linear(layers.layerNorm(x), to: 48)
    let temperature = layers.parameter([4, 1, 1])
    x = x + Tensor(CrossCovarianceAttention(heads: 4), [qkv, temperature])
    x = layers.patches(layers.layerNorm(x), to: 24, size: 2)
    return try Graph(
      outputs: [
        .init("logits", layers.linear(x.spatialMean(), to: 1000)), .init("features", x),
      ])
  }

  private static let image: [Float] = {
    var rng = SplitMix64(seed: 4)
    return rng.floats(64 * 64 * 3, in: -2...2)
  }()

  private func program(threads: Int, isa: ISA = .best) throws -> Program {
    try Program(
      Self.network(), options: RuntimeOptions(isa: isa, threads: threads),
      constants: ConstantStore())
  }

  private func run(_ program: Program) -> [[Float]] {
    program.run(Self.image).map { $0.floats() }
  }

  @Test(arguments: [1, 2, 3, 4])
  func theSameThreadsGiveTheSameBits(threads: Int) throws {
    let program = try program(threads: threads)
    let first = run(program)
    for _ in 0..<5 { #expect(run(program) == first) }
    #expect(try run(self.program(threads: threads)) == first)
  }

  @Test(arguments: ISA.available, [1, 2, 3, 4, 7])
  func agreesWithTheReferences(isa: ISA, threads: Int) throws {
    let x = Reference(shape: [1, 64, 64, 3], values: Self.image.map(Double.init))
    let expected = try Self.network().evaluated(["x": x])
    let outputs = try run(program(threads: threads, isa: isa))
    for (output, reference) in zip(outputs, expected) {
      // Sums of some tens of terms of a few units, a dozen layers deep.
      #expect(largestDifference(output.map(Double.init), reference.values) < 1e-4)
    }
  }

  /// Some of these runs have the pool, the others do all shares on their own thread.
  @Test func concurrentRunsGiveTheSameBits() async throws {
    let program = try program(threads: 2)
    let expected = run(program)
    let results = await withTaskGroup(of: [[[Float]]].self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<5).map { _ in program.run(Self.image).map { $0.floats() } } }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(results.count == 40)
    #expect(results.allSatisfy { $0 == expected })
  }

  /// Within a job of the pool there is no second one.
  @Test(arguments: [2, 3])
  func aBusyPoolGivesTheSameBits(threads: Int) throws {
    let program = try program(threads: threads)
    let expected = run(program)
    let result = Mutex<[[Float]]>([])
    var ran = false
    while !ran {
      ran = ThreadPool.shared.run(threads: 2) { index in
        guard index == 0 else { return }
        let outputs = program.run(Self.image).map { $0.floats() }
        result.withLock { $0 = outputs }
      }
    }
    #expect(result.withLock { $0 } == expected)
  }

  /// With few rows the columns are split; the result is that of one thread.
  @Test(arguments: [1, 2, 5, 15, 16, 17])
  func fewRowsAreSplitOverColumns(rows: Int) throws {
    var layers = LayerBuilder(seed: UInt64(rows))
    let x = Tensor.input("x", shape: [rows, 300])
    let graph = try Graph(
      outputs: [.init("y", gelu(layers.linear(x, to: 1001)))])
    var rng = SplitMix64(seed: UInt64(1000 + rows))
    let values = rng.floats(rows * 300)
    var results: [[Float]] = []
    for threads in 1...4 {
      let program = try Program(
        graph, options: RuntimeOptions(isa: .best, threads: threads), constants: ConstantStore())
      #expect(program.steps[0].shares.filter { !$0.isEmpty }.count == threads)
      results.append(program.run(values)[0].floats())
    }
    #expect(results.allSatisfy { $0 == results[0] })
    let x0 = Reference(shape: [rows, 300], values: values.map(Double.init))
    let expected = graph.evaluated(["x": x0])[0].values
    // 300 products of numbers below one; 1.7e-5 was measured.
    #expect(largestDifference(results[0].map(Double.init), expected) < 4e-5)
  }

  @Test func sharesCoverEveryItemOnce() throws {
    for threads in 1...5 {
      for step in try program(threads: threads).steps {
        #expect(step.shares.count == threads)
        #expect(step.shares.flatMap { Array($0) } == Array(0..<step.call.items))
      }
    }
  }

  @Test func smallWorkIsNotSplit() throws {
    let graph = try Graph(outputs: [.init("y", gelu(.input("x", shape: [100, 10])))])
    let program = try Program(
      graph, options: RuntimeOptions(isa: .best, threads: 4), constants: ConstantStore())
    #expect(program.steps[0].shares == [0..<100, 0..<0, 0..<0, 0..<0])
  }

  @Test func severalInputsAreFilledInTheirOrder() throws {
    let (a, b) = (Tensor.input("a", shape: [2, 2]), Tensor.input("b", shape: [2]))
    let graph = try Graph(outputs: [.init("sum", a + b), .init("b", b), .init("a", a)])
    let program = try Program(
      graph, options: RuntimeOptions(isa: .best, threads: 1), constants: ConstantStore())
    #expect(program.inputs == ["a", "b"])
    #expect(program.outputs == ["sum", "b", "a"])
    let outputs = program.run { index, span in
      #expect(span.count == [4, 2][index])
      for position in span.indices { span[position] = Float(10 * index + position) }
    }
    #expect(outputs.map { $0.floats() } == [[10, 12, 12, 14], [10, 11], [0, 1, 2, 3]])
    #expect(outputs.map(\.shape) == [[2, 2], [2], [2, 2]])
  }

  @Test func aFailedFillLeavesTheProgramUsable() throws {
    struct Failure: Error {}
    let program = try program(threads: 2)
    let expected = run(program)
    #expect(throws: Failure.self) { try program.run { _, _ in throw Failure() } }
    #expect(run(program) == expected)
  }

  @Test func theInputHasItsLength() async throws {
    await #expect(processExitsWith: .failure) {
      let graph = try Graph(outputs: [.init("y", gelu(.input("x", shape: [3])))])
      let program = try Program(
        graph, options: RuntimeOptions(isa: .portable, threads: 1), constants: ConstantStore())
      _ = program.run([1, 2])
    }
  }

  @Test func aModelOfShapesOnlyHasNothingToRun() throws {
    let weight = Tensor.parameter(ParameterValue(name: "head.weight", shape: [2, 3], data: nil))
    let y = Tensor(LinearMap(hasBias: false), [.input("x", shape: [1, 3]), weight])
    let graph = try Graph(outputs: [.init("y", y)])
    #expect(throws: RuntimeError.noValue(parameter: "head.weight")) {
      try Program(
        graph, options: RuntimeOptions(isa: .best, threads: 1), constants: ConstantStore())
    }
  }

  @Test func whatHasNoKernelIsNamed() throws {
    var layers = LayerBuilder(seed: 1)
    let x = Tensor.input("x", shape: [2, 6, 6, 4])
    let slice = x.split(widths: [2, 2])[0]
    let patches = layers.patches(slice, to: 3, size: 2)
    let cases: [(Tensor, String, String)] = [
      (patches, "matrix_product", patches.node.path)
    ]
    for (y, operation, path) in cases {
      do {
        _ = try Program(
          Graph(outputs: [.init("y", y)]), options: RuntimeOptions(isa: .best, threads: 1),
          constants: ConstantStore())
        Issue.record("\(operation) ran")
      } catch let RuntimeError.unsupported(foundOperation, foundPath, reason) {
        #expect(foundOperation == operation && foundPath == path && !reason.isEmpty)
      }
    }
  }

  @Test func inputsHaveElementsInFloat32() throws {
    let inputs: [Tensor] = [
      .input("x", shape: [0, 4, 4, 3]), .input("x", shape: [1, 4, 4, 3], dtype: .int32),
    ]
    for x in inputs {
      let graph = try Graph(outputs: [.init("y", x.spatialMean())])
      do {
        _ = try Program(
          graph, options: RuntimeOptions(isa: .best, threads: 1), constants: ConstantStore())
        Issue.record("planned \(x.shape) of \(x.dtype)")
      } catch let RuntimeError.unsupported(operation, path, _) {
        #expect(operation == "input" && path == "x")
      }
    }
  }

  @Test func aConstantOutputIsAnError() throws {
    let literal = Tensor.constant(TensorData([1, 2], shape: [2]))
    let x = Tensor.input("x", shape: [2])
    let graph = try Graph(outputs: [.init("y", x), .init("one", gelu(literal))])
    #expect(
      throws: RuntimeError.unsupported(operation: "output", path: "one", reason: "it is constant")
    ) {
      try Program(
        graph, options: RuntimeOptions(isa: .best, threads: 1), constants: ConstantStore())
    }
  }

  @Test func measuresEveryRunAndKernel() throws {
    let program = try program(threads: 2)
    let fills = Mutex(0)
    let measurement = program.measure(warmup: 1, runs: 3, profiling: true) { index, span in
      fills.withLock { $0 += 1 }
      for position in span.indices { span[position] = Self.image[position] }
    }
    #expect(fills.withLock { $0 } == 1)
    #expect(measurement.runs.count == 3)
    #expect(measurement.kernels.map(\.operation) == program.steps.map(\.operation))
    let kernels = measurement.kernels.reduce(Duration.zero) { $0 + $1.total }
    let runs = measurement.runs.reduce(Duration.zero, +)
    #expect(kernels > .zero && kernels <= runs)
    let plain = program.measure(warmup: 0, runs: 1) { _, _ in }
    #expect(plain.kernels.isEmpty && plain.runs.count == 1)
  }
}
