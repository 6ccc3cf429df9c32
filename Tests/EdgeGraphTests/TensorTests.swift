import EdgeGraph
import Testing

@Suite struct TensorTests {
  @Test func recordsWhatItIsMadeFrom() throws {
    let x = Tensor.input("x", shape: [2, 3])
    let y = Tensor(Activation(.gelu), [x], at: "block.act")
    #expect(y.shape == [2, 3] && y.dtype == .float32)
    #expect(y.node.path == "block.act")
    #expect(y.node.operation as? Activation == Activation(.gelu))
    #expect(y.node.inputs.map(\.node.id) == [x.node.id])
  }

  @Test func withoutAPathTheNearestInputsPathCounts() {
    let x = Tensor.input("x", shape: [3])
    let y = Tensor(Activation(.gelu), [x], at: "first")
    #expect((x + y).node.path == "first")
    #expect((y * x).node.path == "first")
    #expect(gelu(x).node.path == "")
  }

  @Test func aParameterIsReleasedOrDetached() {
    let data = TensorData([1, 2], shape: [2])
    let value = ParameterValue(name: "a", shape: [2], data: data)
    let tensor = Tensor.parameter(value)
    #expect(tensor.node.path == "a" && tensor.shape == [2])
    value.detach()
    #expect(value.value?.floats() == [1, 2])
    #expect(!(value.value?.storage is ArrayStorage<Float>), "detached bytes are a copy")
    value.release()
    #expect(value.value == nil)
    value.detach()
    #expect(value.value == nil)
  }

  @Test func aParametersDataHasItsShape() async {
    await #expect(processExitsWith: .failure) {
      _ = ParameterValue(name: "a", shape: [3], data: TensorData([1, 2], shape: [2]))
    }
  }
}
