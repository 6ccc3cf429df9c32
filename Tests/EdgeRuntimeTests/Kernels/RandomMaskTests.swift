import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct RandomMaskTests {
  @Test(
    arguments: [[7], [1], [5, 1, 1, 1], [5, 1, 1, 19], [3, 5, 7, 11], [401, 33]] as [Shape],
    [1, 2, 5])
  func agreesWithTheReference(shape: Shape, threads: Int) throws {
    for (rate, step) in [(0.1, 0), (0.5, 12), (0, 1), (1, 2)] {
      let mask = RandomMask(shape: shape, rate: rate, path: "layer")
      let y = Tensor(mask, [.input("key", shape: [4])])
      let program = try Program(
        Graph(outputs: [.init("y", y)]), options: RuntimeOptions(threads: threads),
        constants: ConstantStore())
      let key = RandomMask.key(seed: 9, step: step)
      let expected = mask.reference([Reference(shape: [4], values: key.map(Double.init))])
      #expect(program.run(key)[0].doubles() == expected.values)
    }
  }

  /// A mask that is written straight into a concatenation: rows with gaps.
  @Test func rowsMayHaveGaps() throws {
    let mask = RandomMask(shape: [5, 3], rate: 0.5, path: "layer")
    let key = Tensor.input("key", shape: [4])
    let other = RandomMask(shape: [5, 2], rate: 0.5, path: "other")
    let y = Tensor.concatenate([Tensor(other, [key]), Tensor(mask, [key])])
    let graph = try Graph(outputs: [.init("y", y)])
    let program = try Program(
      graph, options: RuntimeOptions(threads: 2), constants: ConstantStore())
    let values = RandomMask.key(seed: 9, step: 1)
    let expected = graph.evaluated(["key": Reference(shape: [4], values: values.map(Double.init))])
    #expect(program.run(values)[0].doubles() == expected[0].values)
  }

  @Test func anySplitGivesTheSame() {
    var stream = ek_random_stream(key: (1, 2), step: 3, name: (4, 5))
    let whole = GuardedMatrix.output(rows: 1, columns: 50)
    unsafe ek_random_mask_f32(&stream, 0, 50, 1 << 31, 2, whole.pointer)
    #expect(whole.guardsAreIntact)
    for cut in 0...50 {
      let parts = GuardedMatrix.output(rows: 1, columns: 50)
      unsafe ek_random_mask_f32(&stream, 0, Int64(cut), 1 << 31, 2, parts.pointer)
      unsafe ek_random_mask_f32(
        &stream, Int64(cut), Int64(50 - cut), 1 << 31, 2, parts.pointer + cut)
      expectSame(parts, whole)
    }
  }

  /// Known answers of the generator, word by word: the thresholds that just keep it and just don't.
  @Test func wordsAreThoseOfPhilox() {
    var stream = ek_random_stream(
      key: (0xA409_3822, 0x299F_31D0), step: 0x85A3_08D3, name: (0x1319_8A2E, 0x0370_7344))
    let block = Int64(0x243F_6A88)
    for (index, word) in [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1].enumerated() {
      var y: [Float] = [5, 5]
      unsafe ek_random_mask_f32(&stream, 4 * block + Int64(index), 1, UInt64(word), 2, &y)
      #expect(y == [2, 5])
      unsafe ek_random_mask_f32(&stream, 4 * block + Int64(index), 1, UInt64(word) + 1, 2, &y)
      #expect(y == [0, 5])
    }
  }
}
