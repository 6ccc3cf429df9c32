import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import Testing

/// Whole networks in other precisions than float32.
@Suite struct PrecisionTests {
  static let models: [ModelDescription] = [
    .edgeNeXtXXSmall, .edgeNeXtSmall, .edgeNeXtBase, .edgeNeXtXXSmallBNHS,
  ]
  static let bfloat16Runs = Precision.bfloat16.isAvailable(on: .avx512)

  private func logits(
    _ model: ModelDescription, _ source: any ParameterSource, _ options: RuntimeOptions,
    batch: Int = 2
  ) throws -> (values: [Double], constantBytes: Int) {
    let network = try model.network(from: source)
    let executor = Executor<Shape>(options: options) { try network.graph(input: $0) }
    let image = SyntheticParameters(tag: "v1").image([batch, 3, 64, 96]).channelsLast()
    let outputs = try executor.program(for: image.shape).run(image.floats())
    return (outputs[0].doubles(), executor.constantBytes)
  }

  private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// Rounding to 8 bits moves logits, whose standard deviation is 1 here, by at most 0.024; twice
  /// that is allowed.
  @Test(.enabled(if: bfloat16Runs), arguments: models)
  func bfloat16IsNear(model: ModelDescription) throws {
    let source = SyntheticParameters(tag: "v1")
    func run(_ precision: Precision, threads: Int) throws -> [Double] {
      try logits(
        model, source, RuntimeOptions(isa: .avx512, threads: threads, precision: precision)
      ).values
    }
    let exact = try run(.float32, threads: 1)
    let one = try run(.bfloat16, threads: 1)
    let two = try run(.bfloat16, threads: 2)
    #expect(one == two)
    #expect(one != exact)
    #expect(largestDifference(exact, one) <= 0.05)
  }

  @Test(arguments: ISA.available)
  func float16KeepsHalfTheWeights(isa: ISA) throws {
    let source = SyntheticParameters(tag: "v1")
    let model = ModelDescription.edgeNeXtSmall
    let stored = try logits(
      model, source, RuntimeOptions(isa: isa, threads: 2, precision: .float16))
    let rounded = try logits(
      model, Float16Products(source: source), RuntimeOptions(isa: isa, threads: 1))
    // Measured: no difference at all, as the sums are the same in the same order.
    #expect(largestDifference(stored.values, rounded.values) <= 1e-5)
    #expect(Double(stored.constantBytes) < 0.54 * Double(rounded.constantBytes))
  }

  @Test(arguments: ISA.available.filter { !Precision.bfloat16.isAvailable(on: $0) })
  func bfloat16NeedsTheProcessor(isa: ISA) throws {
    let options = RuntimeOptions(isa: isa, threads: 1, precision: .bfloat16)
    let error = RuntimeError.precision(.bfloat16, isa: isa)
    #expect(throws: error) { try options.validate() }
    #expect(throws: error) {
      try logits(.edgeNeXtXXSmall, SyntheticParameters(tag: "v1"), options)
    }
    #expect(
      isa == .avx512
        || error.description
          == "precision bf16 needs AVX512-BF16; the instruction set in use is \(isa.rawValue); "
          + "use f32 or f16"
    )
  }

  @Test func float16NeedsItsRange() throws {
    let source = LargeHead(source: SyntheticParameters(tag: "v1"))
    let options = RuntimeOptions(threads: 1, precision: .float16)
    #expect(throws: RuntimeError.beyondFloat16(70_000)) {
      try logits(.edgeNeXtXXSmall, source, options)
    }
  }
}

/// The weights of products rounded to float16: all that are matrices or dense convolutions.
private struct Float16Products: ParameterSource {
  let source: SyntheticParameters

  func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    let value = source.value(of: name, shape: shape, initializer: initializer)
    guard let value, shape.rank >= 2, shape[1] > 1, !name.contains("pos_embd") else { return value }
    return TensorData(value.floats().map(rounded), shape: shape)
  }

  private func rounded(_ x: Float) -> Float {
    guard x != 0 else { return x }
    let place = max(Float(sign: .plus, exponent: x.exponent - 10, significand: 1), 0x1p-24)
    return (x / place).rounded(.toNearestOrEven) * place
  }
}

/// One weight that float16 can't hold.
private struct LargeHead: ParameterSource {
  let source: SyntheticParameters

  func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    guard name == "head.weight" else {
      return source.value(of: name, shape: shape, initializer: initializer)
    }
    return TensorData([Float](repeating: 70_000, count: shape.count), shape: shape)
  }
}
