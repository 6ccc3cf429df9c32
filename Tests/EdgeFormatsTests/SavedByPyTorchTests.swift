import EdgeGraph
import TestSupport
import Testing

@testable import EdgeFormats

/// Files that PyTorch saved, with all that training programs leave beside the weights;
/// Goldens/checkpoints/make.py makes them.
@Suite struct SavedByPyTorchTests {
  private static let names = [
    "everything", "everything_protocol4", "everything_legacy", "everything_deflated",
  ]

  private func root(_ name: String) throws -> CheckpointValue {
    try CheckpointFile(contentsOf: Repository.golden("checkpoints/\(name).pth").path).root
  }

  @Test(arguments: names)
  func readsEveryType(name: String) throws {
    let types = try #require(try root(name)["types"])
    for dtype in DType.allCases {
      let tensor = try #require(types[dtype.rawValue]?.tensor)
      #expect(tensor.dtype == dtype)
      #expect(tensor.shape == [3])
      #expect(tensor.doubles() == (dtype == .bool ? [0, 1, 1] : [0, 1, 2]))
    }
  }

  @Test(arguments: names)
  func readsViewsOfOneStorage(name: String) throws {
    let views = try #require(try root(name)["views"])
    let expected: [(String, Shape, [Float])] = [
      ("whole", [12], (0..<12).map(Float.init)), ("rows", [4], [4, 5, 6, 7]),
      ("transposed", [4, 3], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]),
      ("strided", [4], [1, 4, 7, 10]), ("expanded", [2, 2], [5, 5, 5, 5]), ("scalar", [], [9]),
      ("empty", [0], []),
    ]
    for (key, shape, values) in expected {
      let tensor = try #require(views[key]?.tensor)
      #expect(tensor.shape == shape)
      #expect(tensor.floats() == values)
    }
  }

  /// What lies in order stays in the mapped file.
  @Test func copiesNothingThatLiesInOrder() throws {
    let views = try #require(try root("everything")["views"])
    #expect(views["rows"]?.tensor?.storage is ByteSlice)
    #expect(views["transposed"]?.tensor?.storage is ArrayStorage<UInt32>)
  }

  @Test(arguments: names)
  func keepsPlainValuesAndNamesTheRest(name: String) throws {
    let root = try root(name)
    let paths = [
      ("args.lr", "float(0.25)"), ("args.model", "string(\"edgenext_small\")"),
      ("numpy.float", "float(2.5)"), ("numpy.integer", "integer(-7)"),
      ("numpy.single", "float(0.5)"), ("numpy.flag", "bool(true)"),
      ("numpy.array", "opaque(\"numpy.ndarray\")"), ("unknown", "opaque(\"__main__.Unknown\")"),
      ("other.complex", "opaque(\"torch.Tensor of torch.complex64\")"),
      ("other.unsigned", "opaque(\"torch.Tensor of torch.uint16\")"),
      ("other.dtype", "opaque(\"torch.float16\")"), ("other.device", "string(\"cuda:1\")"),
      ("other.bytes", "bytes([97, 98, 255])"), ("other.wide", "opaque(\"int\")"),
      ("other.ordered.a", "integer(1)"), ("epoch", "integer(23)"),
    ]
    for (path, expected) in paths {
      let value = try #require(WeightsSearch.value(at: path[...], in: root))
      #expect("\(value)".replacing("EdgeFormats.CheckpointValue.", with: "") == expected)
    }
    #expect(root["parameters"]?["plain"]?.tensor?.floats() == [1, 1])
    #expect(root["parameters"]?["tagged"]?.tensor?.floats() == [3, 3])
    let step = WeightsSearch.value(at: "optimizer.state.0.step", in: root)
    #expect(step?.tensor?.floats() == [1])
  }

  @Test(arguments: names)
  func findsTheWeights(name: String) throws {
    let path = Repository.golden("checkpoints/\(name).pth").path
    let checkpoint = try CheckpointFile(contentsOf: path).weights()
    #expect(checkpoint.key == "state_dict")
    #expect(checkpoint.summary == "state_dict of \(name).pth")
    #expect(
      Array(checkpoint.tensors.keys) == [
        "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
        "1.num_batches_tracked",
      ])
    #expect(checkpoint.tensors["1.num_batches_tracked"]?.dtype == .int64)
  }
}
