import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeNN
import Foundation
import OrderedCollections
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct ConvertTests {
  private func logits(_ weights: String, _ folder: borrowing TemporaryFolder) throws -> TensorData?
  {
    let finished = try edgevision([
      "infer", "--weights", weights, "--input", folder("in.safetensors"), "--output",
      folder("out.safetensors"),
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    return try tensors(in: folder("out.safetensors"))["logits"]
  }

  /// Limits: logits of order 1, through a dozen layers of weights with 11 and 8 bits.
  @Test(arguments: [("f32", "float32", 0.0), ("f16", "float16", 0.02), ("bf16", "bfloat16", 0.2)])
  func writesEveryType(option: String, dtype: String, limit: Double) throws {
    let folder = try TemporaryFolder()
    _ = try folder.input([1, 3, 64, 64])
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall, classes: 5)
    let expected = try logits(file, folder)
    let converted = folder("\(option).safetensors")
    let finished = try edgevision(["convert", file, converted, "--dtype", option])
    #expect(finished.status == 0)
    #expect(finished.output == "")
    #expect(finished.errors == "edgenext_xx_small: net.safetensors\n")
    #expect(try tensors(in: converted).values.allSatisfy { $0.dtype.rawValue == dtype })
    #expect(difference(try logits(converted, folder), expected) <= limit)
    // Widening loses nothing.
    let back = folder("back.safetensors")
    #expect(try edgevision(["convert", converted, back, "--dtype", "f32"]).status == 0)
    #expect(try logits(back, folder)?.floats() == (try logits(converted, folder)?.floats()))
  }

  /// Tensors that the official code holds twice, and misses if they are there once.
  @Test(arguments: [("edgeformer_xs", ""), ("ssd_edgeformer_xs", "encoder.")])
  func writesBothNamesForPyTorch(model: String, place: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.checkpoint("net.safetensors", of: .named(model), classes: 5)
    #expect(try edgevision(["convert", file, folder("net.pth")]).status == 0)
    let written = try CheckpointFile(contentsOf: folder("net.pth")).weights(key: "model").tensors
    let first = "block.exp_1x1.block.conv.weight"
    let original = try #require(written["\(place)layer_5.0.\(first)"])
    #expect(written["\(place)residual.\(first)"]?.floats() == original.floats())
    let count = try CheckpointFile(contentsOf: file).weights(key: nil).tensors.keys
      .count { $0.hasPrefix("\(place)layer_5.0.") }
    #expect(written.keys.count { $0.hasPrefix("\(place)residual.") } == count && count > 10)
    #expect(try edgevision(["inspect", folder("net.pth")]).status == 0)
  }

  @Test func keepsAndFillsInMetadata() throws {
    let folder = try TemporaryFolder()
    var metadata = WeightsMetadata()
    metadata.classNames = ["a", "b\"\n", "ç"]
    metadata.resize = 80
    metadata.crop = 64
    metadata.mean = [0.5, 0.25, 0.125]
    metadata.std = [0.1, 0.2, 0.3]
    metadata.interpolation = "bilinear"
    metadata.epsilonOverrides = ["norm": 1e-5]
    let file = try folder.checkpoint(
      "net.safetensors", of: .edgeNeXtXXSmall, classes: 3, metadata: metadata)
    let output = folder("out.safetensors")
    #expect(try edgevision(["convert", file, output]).status == 0)
    metadata.model = "edgenext_xx_small"
    metadata.size = 64
    metadata.channelOrder = "rgb"
    #expect(WeightsMetadata(header: try CheckpointFile(contentsOf: output).metadata) == metadata)
    #expect(try edgevision(["convert", file, output, "--size", "96"]).status == 0)
    metadata.size = 96
    metadata.crop = 96
    metadata.resize = 120
    #expect(WeightsMetadata(header: try CheckpointFile(contentsOf: output).metadata) == metadata)
  }

  @Test func fillsInThePublishedTransform() throws {
    let folder = try TemporaryFolder()
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtSmallUSI, classes: 2)
    let output = folder("out.safetensors")
    #expect(try edgevision(["convert", file, output, "--model", "edgenext_small_usi"]).status == 0)
    let metadata = WeightsMetadata(header: try CheckpointFile(contentsOf: output).metadata)
    #expect(metadata.model == "edgenext_small_usi")
    #expect(metadata.size == 256 && metadata.crop == 256 && metadata.resize == 269)
    #expect(metadata.mean == [0.485, 0.456, 0.406] && metadata.std == [0.229, 0.224, 0.225])
    #expect(metadata.interpolation == "bicubic")
  }

  /// A network under the names of another library, in the order and with the prefix it has there.
  private func translated(
    _ dialect: String, prefix: String, _ folder: borrowing TemporaryFolder
  ) throws -> String {
    struct Keys: Decodable { let map: [String: String] }
    let golden = Repository.golden("checkpoints/edgenext_xx_small_\(dialect)_keys.json")
    let keys = try JSONDecoder().decode(Keys.self, from: Data(contentsOf: golden)).map
    let official = try tensors(
      in: folder.checkpoint("official.safetensors", of: .edgeNeXtXXSmall))
    var renamed: OrderedDictionary<String, TensorData> = [:]
    for (name, officialName) in keys.sorted(by: { $0.key < $1.key }) {
      renamed[name.hasPrefix(prefix) ? name : prefix + name] = official[officialName]
    }
    return try folder.write("\(dialect).safetensors", renamed)
  }

  /// The first `count` differences are none; mmpretrain's own epsilons move the logits by 4e-5.
  @Test(arguments: [("timm", 0.0...1e-9), ("mmpretrain", 1e-5...1e-4)])
  func translatesOtherNames(dialect: String, moves: ClosedRange<Double>) throws {
    let folder = try TemporaryFolder()
    _ = try folder.input([1, 3, 64, 64])
    let file = try translated(dialect, prefix: "", folder)
    let direct = try logits(file, folder)
    #expect(moves.contains(difference(direct, try logits(folder("official.safetensors"), folder))))
    let output = folder("out2.safetensors")
    let finished = try edgevision(["convert", file, output])
    #expect(finished.status == 0)
    #expect(finished.errors.contains("\(dialect) names"))
    #expect(
      Set(try tensors(in: output).keys)
        == Set(try tensors(in: folder("official.safetensors")).keys))
    #expect(try logits(output, folder)?.floats() == direct?.floats())
    let predicted = try edgevision([
      "predict", example("coffee.png"), "--weights", file, "--size", "64", "--json",
    ])
    #expect(predicted.status == 0)
  }

  /// Weights and class names go to PyTorch and come back as they were.
  @Test func writesForPyTorch() throws {
    let folder = try TemporaryFolder()
    _ = try folder.input([1, 3, 64, 64])
    var metadata = WeightsMetadata()
    metadata.classNames = ["a", "b", "ç"]
    metadata.epsilonOverrides = ["norm": 1e-5]
    let file = try folder.checkpoint(
      "net.safetensors", of: .edgeNeXtXXSmall, classes: 3, metadata: metadata)
    let finished = try edgevision(["convert", file, folder("net.pth")])
    #expect(finished.status == 0)
    #expect(finished.errors.contains("warning: a .pth file doesn't tell the epsilons"))
    let checkpoint = try CheckpointFile(contentsOf: folder("net.pth")).weights()
    #expect(checkpoint.key == "model" && checkpoint.metadata.classNames == metadata.classNames)
    let expected = try tensors(in: file)
    #expect(checkpoint.tensors.keys == expected.keys)
    for (name, tensor) in expected {
      #expect(checkpoint.tensors[name]?.floats() == tensor.floats())
    }
    #expect(try edgevision(["convert", file, folder("x.pth"), "--size", "64"]).status == 64)
    #expect(
      try edgevision(["convert", folder("net.pth"), folder("half.pt"), "--dtype", "f16"]).status
        == 0)
    #expect(try logits(folder("net.pth"), folder) != nil)
  }

  @Test func warnsOfOverflow() throws {
    let folder = try TemporaryFolder()
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall, classes: 2) {
      name, tensor in
      name == "head.bias" ? TensorData([1e6, 0], shape: [2]) : tensor
    }
    let finished = try edgevision(["convert", file, folder("x.safetensors"), "--dtype", "f16"])
    #expect(finished.status == 0)
    #expect(finished.errors.contains("warning: 'head.bias' holds values that are too large"))
  }

  @Test func leavesNothingHalfWritten() throws {
    let folder = try TemporaryFolder()
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall, classes: 2)
    let bytes = try Data(contentsOf: URL(filePath: file))
    let broken = try folder.file("broken.safetensors", bytes.dropLast(100))
    let output = try folder.file("out.safetensors", [7])
    #expect(try edgevision(["convert", broken, output]).status == 1)
    #expect(try edgevision(["convert", file, folder("none/out.safetensors")]).status == 1)
    #expect(try folder.text("out.safetensors") == "\u{7}")
    #expect(try folder.names == ["broken.safetensors", "net.safetensors", "out.safetensors"])
    // Onto itself, and then onto the other.
    #expect(try edgevision(["convert", file, file, "--dtype", "f16"]).status == 0)
    #expect(try edgevision(["convert", file, output]).status == 0)
    #expect(try tensors(in: output).count == (try tensors(in: file).count))
    #expect(try folder.names.count == 3)
  }

  /// The stored forms of PyTorch, and `--key`.
  @Test func readsTheKeyThatIsAskedFor() throws {
    let file = Repository.golden("checkpoints/everything.pth").path
    let folder = try TemporaryFolder()
    let unknown = try edgevision(["convert", file, folder("x.safetensors")])
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("\(file): the weights' names and shapes are those of no known"))
    let missing = try edgevision(["convert", file, folder("x.safetensors"), "--key", "nope"])
    #expect(missing.status == 1)
    #expect(missing.errors.contains("no weights under key 'nope'"))
    #expect(try folder.names == [])
  }
}
