import EdgeFormats
import EdgeGraph
import Testing

@Suite struct TensorValuesTests {
  @Test func convertsWithRoundingToEven() {
    let tensor = TensorData([1, 1.00048828125, 1.00390625, 70000, .nan, -0.0], shape: [6])
    let half = tensor.converted(to: .float16)
    #expect(half.dtype == .float16)
    #expect(half.floats()[..<4] == [1, 1, 1.00390625, .infinity])
    #expect(half.floats()[4].isNaN)
    let brain = tensor.converted(to: .bfloat16)
    #expect(brain.floats()[..<4] == [1, 1, 1, 70144])
    let double = brain.converted(to: .float64)
    #expect(double.doubles()[..<4] == [1, 1, 1, 70144])
    #expect(double.converted(to: .float32).floats()[3] == 70144)
  }

  /// float64 goes to float16 in one rounding: through float32 this value would become 1.
  @Test func roundsOnlyOnce() {
    let value = 1 + 0x1p-11 + 0x1p-40
    let tensor = TensorData(shape: [1], dtype: .float64, storage: ArrayStorage([value]))
    #expect(tensor.converted(to: .float16).doubles() == [1 + 0x1p-10])
  }

  @Test func leavesIntegersAlone() {
    let tensor = TensorData(shape: [1], dtype: .int64, storage: ArrayStorage<Int64>([7]))
    #expect(tensor.converted(to: .float16).dtype == .int64)
    #expect(TensorData([1], shape: [1]).converted(to: .int8).dtype == .float32)
  }

  @Test func describesValues() {
    let statistics = TensorStatistics(TensorData([1, .nan, 4, -2], shape: [4]))
    #expect(statistics.nanCount == 1)
    #expect(statistics.infiniteCount == 0)
    #expect(statistics.minimum == -2)
    #expect(statistics.mean == 1)
    #expect(statistics.maximum == 4)
    let integers = TensorData(shape: [2], dtype: .int16, storage: ArrayStorage<Int16>([-3, 6]))
    #expect(TensorStatistics(integers).mean == 1.5)
    #expect(TensorStatistics(integers).minimum == -3)
    let empty = TensorStatistics(TensorData([], shape: [0]))
    #expect(empty.mean == nil && empty.minimum == nil && empty.maximum == nil)
    let nothing = TensorStatistics(TensorData([.nan], shape: [1]))
    #expect(nothing.mean == nil && nothing.nanCount == 1)
  }
}
