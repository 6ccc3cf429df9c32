extension ModelDescription {
  /// Detectors and segmenters with published figures. mAP on COCO val2017 at 320x320, mean IoU on
  /// Pascal VOC 2012 at 512x512: arXiv:2203.03952 (EdgeFormer), arXiv:2206.10589 (EdgeNeXt),
  /// arXiv:2110.02178 (MobileViT).
  static let headed: [ModelDescription] = [
    published(.ssd, "edgeformer_s", score: 28.8),
    published(.ssd, "edgenext_small", as: "ssd_edgenext_s", score: 27.9, notes: [ownHead]),
    published(.ssd, "mobilevit_s", score: 27.7),
    published(.deeplabv3, "edgeformer_s", score: 79.7),
    published(
      .deeplabv3, "edgenext_small", as: "deeplabv3_edgenext_s", score: 80.2, notes: [ownHead]),
    published(.deeplabv3, "mobilevit_s", score: 79.1),
  ].compactMap { $0 }

  private static let ownHead =
    "The authors' repository has no code for it: that its head is cvnets' is this package's choice."

  private static func published(
    _ head: NetworkHead, _ backbone: String, as name: String? = nil, score: Double,
    notes: [String] = []
  ) -> ModelDescription? {
    classification.first { $0.name == backbone }?
      .headed(by: head, as: name, score: score, notes: notes)
  }

  /// A head on the backbone of this network: one of the published networks where it is one of them;
  /// nil where this network has a head already.
  public func with(_ head: NetworkHead) -> ModelDescription? {
    Self.headed.first { $0.head == head && $0.backbone?.name == name } ?? headed(by: head)
  }

  private func headed(
    by head: NetworkHead, as shortName: String? = nil, score: Double? = nil, notes: [String] = []
  ) -> ModelDescription? {
    guard let backbone = architecture as? any BackboneArchitecture else { return nil }
    let names = ([name] + aliases).map { head.prefix + $0 }
    return ModelDescription(
      shortName ?? names[0], aliases: shortName == nil ? Array(names.dropFirst()) : names,
      family: head.family(on: family), head.architecture(on: backbone), head: head, on: self,
      score: score, transform: transform.stretched(to: head.side), notes: notes)
  }
}
