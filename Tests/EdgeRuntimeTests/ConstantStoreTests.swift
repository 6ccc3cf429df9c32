import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct ConstantStoreTests {
  private func values(_ buffer: ConstantBuffer) -> [Float] {
    (0..<buffer.byteCount / 4).map { unsafe buffer.pointer[$0] }
  }

  private func parameter(_ name: String, _ values: [Float], _ shape: Shape) -> Tensor {
    .parameter(
      ParameterValue(name: name, shape: shape, data: TensorData(values, shape: shape)))
  }

  @Test func packsOnceForAllGraphs() throws {
    let store = ConstantStore()
    let (a, b) = (parameter("a", [1, 2], [2]), parameter("b", [3, 4], [2]))
    let first = try store.buffer(for: a + b, .plain)
    let second = try store.buffer(for: a + b, .plain)
    #expect(first === second)
    #expect(values(first) == [4, 6])
    #expect(try store.buffer(for: a * b, .plain) !== first)
    #expect(try store.buffer(for: b + a, .plain) !== first)
    #expect(store.byteCount == 3 * 8)
  }

  @Test func attributesAndPackingsTellConstantsApart() throws {
    let store = ConstantStore()
    let weight = parameter("w", [1, 2, 3, 4], [2, 2])
    let scale = parameter("s", [10, 100], [2])
    let rows = try store.buffer(for: Tensor(ScaleAxis(axis: 0), [weight, scale]), .plain)
    let columns = try store.buffer(for: Tensor(ScaleAxis(axis: 1), [weight, scale]), .plain)
    #expect(values(rows) == [10, 20, 300, 400])
    #expect(values(columns) == [10, 200, 30, 400])
    let panels = try store.buffer(for: weight, .panels(.portable, .float32))
    #expect(try store.buffer(for: weight, .plain) !== panels)
  }

  @Test func tapsAreChannelsLast() throws {
    let weight = parameter("w", [1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2, 2])
    let taps = try ConstantStore().buffer(for: weight, .taps(groups: 2))
    #expect(values(taps) == [1, 5, 2, 6, 3, 7, 4, 8])
  }

  /// A kernel as large as its patch is a row of the product, ordered ky, kx, channel.
  @Test func patchPanelsAreOrderedLikePatches() throws {
    var rng = SplitMix64(seed: 1)
    let kernel = rng.floats(3 * 2 * 4)
    var rows = [Float](repeating: 0, count: kernel.count)
    for o in 0..<3 {
      for c in 0..<2 {
        for tap in 0..<4 { rows[o * 8 + tap * 2 + c] = kernel[(o * 2 + c) * 4 + tap] }
      }
    }
    let store = ConstantStore()
    let patches = try store.buffer(
      for: parameter("k", kernel, [3, 2, 2, 2]), .patchPanels(.portable, .float32))
    let matrix = try store.buffer(for: parameter("m", rows, [3, 8]), .panels(.portable, .float32))
    #expect(values(patches) == values(matrix))
  }

  @Test func constantsAreEvaluatedInDoublePrecision() throws {
    let tiny = parameter("tiny", [0x1p-30], [1])
    let one = parameter("one", [1], [1])
    let minusOne = parameter("minus", [-1], [1])
    let buffer = try ConstantStore().buffer(for: (one + tiny) + minusOne, .plain)
    #expect(values(buffer) == [0x1p-30])
  }

  @Test func aReleasedParameterIsMissedByName() throws {
    let value = ParameterValue(name: "a", shape: [1], data: TensorData([1], shape: [1]))
    let store = ConstantStore()
    let plain = try store.buffer(for: .parameter(value), .plain)
    value.release()
    #expect(try store.buffer(for: .parameter(value), .plain) === plain)
    #expect(throws: RuntimeError.noValue(parameter: "a")) {
      try store.buffer(for: gelu(.parameter(value)), .plain)
    }
  }

  @Test func anInputIsNotConstant() {
    let x = Tensor(Activation(.gelu), [.input("x", shape: [1])], at: "act")
    #expect(throws: RuntimeError.self) { try ConstantStore().buffer(for: x, .plain) }
  }
}
