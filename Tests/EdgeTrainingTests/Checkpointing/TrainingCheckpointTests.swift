import EdgeFormats
import EdgeGraph
import FoundationEssentials
import OrderedCollections
import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct TrainingCheckpointTests {
  private static func tensors(_ value: Float) -> TrainingCheckpoint.Tensors {
    [
      "stages.0.0.dwconv.weight": TensorData([value, 1, 2, 3], shape: [2, 2]),
      "head.bias": TensorData([-value], shape: [1]),
    ]
  }

  static var checkpoint: TrainingCheckpoint {
    var metadata = WeightsMetadata()
    metadata.model = "edgenext_small"
    metadata.classNames = ["a", "b"]
    var state = TrainingState(recipe: TrainingRecipe(.finetune))
    (state.epoch, state.step, state.updates, state.samplerPosition) = (3, 936, 935, 128)
    state.seed = .max
    state.best = TrainingState.Best(epoch: 2, figure: .top1, value: 51.25)
    return TrainingCheckpoint(
      weights: tensors(1), averages: tensors(2),
      moments: [tensors(3), ["head.bias": TensorData([7], shape: [1])]], state: state,
      metadata: metadata)
  }

  private func floats(_ tensors: TrainingCheckpoint.Tensors?) -> [String: [Float]]? {
    tensors.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.key, $0.value.floats()) }) }
  }

  @Test func survivesTheFile() throws {
    let folder = try TemporaryFolder()
    let saved = Self.checkpoint
    try saved.write(to: folder("last.safetensors"))
    let read = try TrainingCheckpoint(contentsOf: folder("last.safetensors"))
    #expect(read.state == saved.state && read.metadata == saved.metadata)
    #expect(read.weights.keys == saved.weights.keys)
    #expect(floats(read.weights) == floats(saved.weights))
    #expect(floats(read.averages) == floats(saved.averages))
    #expect(read.moments.map(floats) == saved.moments.map(floats))
  }

  /// The best by another figure, under its name.
  @Test func keepsTheBestOfEveryTask() throws {
    let folder = try TemporaryFolder()
    for figure in [Figure.ap, .miou] {
      var saved = Self.checkpoint
      saved.state.best = TrainingState.Best(epoch: 1, figure: figure, value: 12.5)
      saved.state.bestAverage = TrainingState.Best(epoch: 0, figure: figure, value: 13)
      try saved.write(to: folder("last.safetensors"))
      let read = try TrainingCheckpoint(contentsOf: folder("last.safetensors"))
      #expect(read.state == saved.state)
      #expect(saved.state.json.description.contains("{\"epoch\":1,\"\(figure.rawValue)\":12.5}"))
    }
  }

  @Test func keepsWhatIsNotThere() throws {
    let folder = try TemporaryFolder()
    var saved = Self.checkpoint
    (saved.averages, saved.moments, saved.state.best) = (nil, [], nil)
    try saved.write(to: folder("last.safetensors"))
    let read = try TrainingCheckpoint(contentsOf: folder("last.safetensors"))
    #expect(read.averages == nil && read.moments.isEmpty && read.state.best == nil)
  }

  /// Readers of weights need no hint, and take the averages first.
  @Test func holdsWeightsForEveryone() throws {
    let folder = try TemporaryFolder()
    var saved = Self.checkpoint
    try saved.write(to: folder("last.safetensors"))
    let file = try CheckpointFile(contentsOf: folder("last.safetensors"))
    let averages = try file.weights()
    #expect(averages.key == "model_ema" && averages.warnings.isEmpty)
    #expect(averages.metadata.model == "edgenext_small")
    #expect(floats(averages.tensors) == floats(saved.averages))
    #expect(floats(try file.weights(key: "model").tensors) == floats(saved.weights))
    saved.averages = nil
    try saved.write(to: folder("last.safetensors"))
    let plain = try CheckpointFile(contentsOf: folder("last.safetensors")).weights()
    #expect(plain.key == "model" && floats(plain.tensors) == floats(saved.weights))
  }

  private static let json = checkpoint.state.json.description

  private func read(
    _ tensors: TrainingCheckpoint.Tensors, _ training: String? = json
  ) throws -> TrainingCheckpoint {
    let folder = try TemporaryFolder()
    let texts = training.map { ["training": $0] } ?? [:]
    try Safetensors.write(tensors, texts: texts, to: folder("x.safetensors"))
    return try TrainingCheckpoint(contentsOf: folder("x.safetensors"))
  }

  @Test func refusesOtherTensors() throws {
    let one = TensorData([1], shape: [1])
    let good: TrainingCheckpoint.Tensors = ["model.a": one]
    #expect(try read(good).weights.count == 1)
    let wide = TensorData([1, 2], shape: [2])
    let half = one.converted(to: .float16)
    let wrong: [TrainingCheckpoint.Tensors] = [
      [:], ["a": one], ["model": one], ["model.a": one, "moment1": one], ["model_ema.a": one],
      ["model.a": one, "other.a": one], ["model.a": one, "moment1.b": one],
      ["model.a": one, "moment1.a": wide], ["model.a": one, "moment1.a": half],
      ["model.a": one, "model_ema.a": wide], ["model.a": one, "model.b": one, "model_ema.a": one],
    ]
    for tensors in wrong {
      #expect(throws: FormatError.self, "\(tensors.keys)") { try read(tensors) }
    }
    #expect(throws: FormatError.self) { try read(good, nil) }
  }

  @Test(arguments: [
    ("\"version\":1", "\"version\":2"), ("\"epoch\":3", "\"epoch\":-3"),
    ("\"epoch\":3", "\"epoch\":\"3\""), ("\"step\":936", "\"step\":9999999999999999"),
    ("\"step\":936,", ""), ("51.25", "151.25"), ("51.25", "null"),
    ("{\"epoch\":2", "[{\"epoch\":2"),
    ("\"lr\":0.0005", "\"lr\":-1"), ("\"lr\":0.0005", "\"lr\":{}"), ("\"lr\"", "\"rate\""),
    ("\"recipe\":\"finetune\"", "\"recipe\":\"none\""), ("\"recipe\":{", "\"recipes\":{"),
    ("\"epochs\":30", "\"epochs\":30,\"epochs\":30"),
  ])
  func refusesOtherStates(part: String, replacement: String) throws {
    let json = Self.json.replacing(part, with: replacement, maxReplacements: 1)
    #expect(json != Self.json)
    #expect(throws: FormatError.self) {
      try read(["model.a": TensorData([1], shape: [1])], json)
    }
  }

  /// Whatever happened to a file, reading it ends with a result or an error.
  @Test func readsDamagedFiles() throws {
    let folder = try TemporaryFolder()
    try Self.checkpoint.write(to: folder("good.safetensors"))
    let good = [UInt8](try Data(contentsOf: URL(filePath: folder("good.safetensors"))))
    var rng = SplitMix64(seed: 1)
    var errors = 0
    for _ in 0..<500 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...3, using: &rng) {
        bytes[Int.random(in: bytes.indices, using: &rng)] = UInt8.random(in: 0...255, using: &rng)
      }
      let path = try folder.file("bad.safetensors", bytes)
      if (try? TrainingCheckpoint(contentsOf: path)) == nil { errors += 1 }
    }
    #expect(errors > 300)
  }
}
