import EdgeGraph
import Testing

@testable import EdgeFormats

@Suite struct RearrangementTests {
  private func counting(_ shape: Shape) -> TensorData {
    TensorData((0..<shape.count).map(Float.init), shape: shape)
  }

  @Test(
    arguments: [
      ([48, 1, 1], [48]), ([6, 2, 1, 1], [6, 2]), ([6, 1, 2], [6, 1, 2]), ([4], [4]), ([], []),
    ] as [(Shape, Shape)])
  func trailingUnitsAreLeftOut(shape: Shape, expected: Shape) {
    let result = Rearrangement.withoutTrailingUnits(counting(shape))
    #expect(result.shape == expected)
    #expect(result.floats() == counting(shape).floats())
  }

  @Test func inputChannelsAreReversed() {
    let tensor = counting([2, 3, 1, 2])
    let result = Rearrangement.inputChannelsReversed(tensor)
    #expect(result.shape == tensor.shape)
    #expect(result.floats() == [4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7])
    let half = tensor.converted(to: .float16)
    #expect(Rearrangement.inputChannelsReversed(half).dtype == .float16)
    #expect(Rearrangement.inputChannelsReversed(half).floats() == result.floats())
    #expect(Rearrangement.inputChannelsReversed(counting([2, 3])).floats() == [0, 1, 2, 3, 4, 5])
    #expect(Rearrangement.inputChannelsReversed(counting([2, 0, 3, 3])).shape == [2, 0, 3, 3])
  }

  /// Layer scales lose their axes, stems of MobileViT their order of colors, when a file is read.
  @Test(arguments: [
    (KeyDialect.torchvision, "features.1.0.layer_scale", Rearrangement.withoutTrailingUnits),
    (.timm, "stages.0.blocks.0.mlp.fc1.weight", .withoutTrailingUnits),
    (.timm, "stages.0.blocks.0.mlp.fc2.weight", .withoutTrailingUnits),
    (.timmMobileViT, "stem.conv.weight", .inputChannelsReversed),
    (.timmMobileViT, "stages.0.0.conv1_1x1.conv.weight", .none),
  ])
  func isPartOfTheTable(dialect: KeyDialect, name: String, rearrangement: Rearrangement) {
    #expect(dialect.translated(name).rearrangement == rearrangement)
  }

  @Test func isDoneWhenAFileIsRead() throws {
    let header = """
      {"stem.conv.weight":{"dtype":"U8","shape":[1,3,1,2],"data_offsets":[0,6]}}
      """
    let bytes = CheckpointWriter.safetensors(header, [0, 1, 2, 3, 4, 5])
    let checkpoint = try CheckpointFile(bytes: bytes, name: "stem").weights()
    #expect(checkpoint.tensors["conv_1.block.conv.weight"]?.floats() == [4, 5, 2, 3, 0, 1])
    #expect(checkpoint.summary == "stem (timm names)")
  }
}
