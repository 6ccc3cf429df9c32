import EdgeModels
import Testing

@Suite struct RegistryTests {
  @Test func everyPublishedNetworkHasItsName() {
    #expect(
      ModelDescription.all.map(\.name) == [
        "edgenext_xx_small", "edgenext_x_small", "edgenext_small", "edgenext_base",
        "edgenext_xx_small_bn_hs", "edgenext_x_small_bn_hs", "edgenext_small_bn_hs",
        "edgenext_small_usi", "edgenext_base_usi", "edgenext_base_in21k", "edgenext_small_rw",
        "edgevit_xxs", "edgevit_xs", "edgevit_s", "gcc_edgevit_xs",
        "edgeformer_xs", "edgeformer_s", "edgeformer_h",
        "mobilevit_xxs", "mobilevit_xs", "mobilevit_s",
        "resnet50", "gcc_resnet50", "mobilenetv2", "gcc_mobilenetv2",
        "convnext_xt", "gcc_convnext_xt",
        "ssd_edgeformer_s", "ssd_edgenext_s", "ssd_mobilevit_s",
        "deeplabv3_edgeformer_s", "deeplabv3_edgenext_s", "deeplabv3_mobilevit_s",
      ])
  }

  /// Every head on every backbone, under names and aliases of both.
  @Test(arguments: [
    ("ssd_edgenext_small", "ssd_edgenext_s", "edgenext_small"),
    ("ssd_parcnet_s", "ssd_edgeformer_s", "edgeformer_s"),
    ("ssd_edgenext_xx_small", "ssd_edgenext_xx_small", "edgenext_xx_small"),
    ("deeplabv3_edgenext_small", "deeplabv3_edgenext_s", "edgenext_small"),
    ("deeplabv3_mobilenet_v2", "deeplabv3_mobilenetv2", "mobilenetv2"),
    ("deeplabv3_resnet50", "deeplabv3_resnet50", "resnet50"),
  ])
  func headsAreFoundByTheirBackbones(name: String, found: String, backbone: String) throws {
    let model = try ModelDescription.named(name)
    #expect(model.name == found)
    #expect(model.backbone?.name == backbone)
    #expect(model.task == (name.hasPrefix("ssd") ? .detection : .segmentation))
  }

  @Test func publishedScores() throws {
    let scores = ModelDescription.all.filter { $0.head != nil }.map(\.score)
    #expect(scores == [28.8, 27.9, 27.7, 79.7, 80.2, 79.1])
    #expect(try ModelDescription.named("edgeformer_s").score == 78.6)
    #expect(try ModelDescription.named("ssd_resnet50").score == nil)
  }

  @Test(arguments: ModelDescription.all.map(\.name))
  func isFoundByName(name: String) throws {
    #expect(try ModelDescription.named(name).name == name)
  }

  @Test(arguments: [
    ("edgenext_smal", "edgenext_small"), ("edgenext_bse", "edgenext_base"),
    ("edgnext_xx_small_bnhs", "edgenext_xx_small_bn_hs"), ("parcnet_hh", "parcnet_h"),
    ("ssd_edgefrmer_s", "ssd_edgeformer_s"), ("deeplabv3_resnet5", "deeplabv3_resnet50"),
    ("ssd_ssd_mobilevit_s", "ssd_mobilevit_s"), ("deeplabv3_deeplabv3_x", nil), ("ssd_", nil),
    ("vgg16", nil), ("", nil),
  ])
  func anUnknownNameIsAnErrorWithTheNearestOne(name: String, nearest: String?) {
    let known = ModelDescription.all.map(\.name)
    #expect(throws: ModelError.unknownModel(name: name, nearest: nearest, known: known)) {
      try ModelDescription.named(name)
    }
  }

  /// Short sides of the official evaluation: 292 for 256, and 269 for the USI weights; timm's own
  /// network and those from other repositories by their own rules.
  @Test(arguments: ModelDescription.all.filter { $0.task == .classification })
  func evaluationTransforms(model: ModelDescription) throws {
    let transform = model.transform
    let isCVNets = ["EdgeFormer", "MobileViT"].contains(model.family.name)
    let expected: (crop: Int, resize: Int, small: Int) =
      switch (model.family.name, model.name) {
      case (_, "edgenext_small_usi"), (_, "edgenext_base_usi"): (256, 269, 67)
      case (_, "edgenext_small_rw"): (256, 284, 71)
      case ("EdgeNeXt", _): (256, 292, 73)
      case ("EdgeFormer", _), ("MobileViT", _): (256, 288, 96)
      default: (224, 256, 73)
      }
    #expect(transform.crop == expected.crop)
    #expect(transform.resize == expected.resize)
    #expect(transform.resize(crop: 64) == expected.small)
    let filter =
      ["resnet50", "mobilenetv2"].contains(model.name) ? "bilinear" : "bicubic"
    #expect(transform.interpolation == (isCVNets ? "opencv-bilinear" : filter))
    #expect(transform.channelOrder == (isCVNets ? "bgr" : "rgb"))
    #expect(transform.mean == (isCVNets ? [0, 0, 0] : [0.485, 0.456, 0.406]))
    #expect(transform.std == (isCVNets ? [1, 1, 1] : [0.229, 0.224, 0.225]))
    #expect(transform.fit == .crop)
  }

  /// Whole pictures, otherwise prepared as for the backbone.
  @Test(arguments: [("ssd_", 320), ("deeplabv3_", 512)], ["edgeformer_s", "edgenext_small"])
  func picturesAreStretched(head: (String, Int), backbone: String) throws {
    let transform = try ModelDescription.named(head.0 + backbone).transform
    let base = try ModelDescription.named(backbone).transform
    #expect(transform.crop == head.1 && transform.resize == head.1)
    #expect(transform.fit == .stretch)
    #expect(transform.interpolation == base.interpolation)
    #expect(transform.channelOrder == base.channelOrder)
    #expect(transform.mean == base.mean && transform.std == base.std)
  }
}
