import EdgeGraph
import EdgeModels

/// The mean cross-entropy of all pixels that count; with an auxiliary head, which sees the features
/// at a sixteenth of the image's size, half of this and 0.4 times that of the head
/// (`hkzhang91/EdgeFormer`, `segmentation/cross_entropy.py`). The head is judged at its own pixels,
/// by every sixteenth label.
///
/// Inputs of a step: `labels` `[n, h, w]`, negative where a pixel doesn't count; `scale` `[1]`, 1
/// over the number of pixels that count; the same for the auxiliary head, `auxiliary_labels`
/// `[n, h / 16, w / 16]` and `auxiliary_scale`.
package struct SegmentationLoss: TrainingLoss, Hashable {
  package static let auxiliaryStride = 16
  package static let auxiliaryWeight = 0.4

  package let hasAuxiliaryHead: Bool

  package init(hasAuxiliaryHead: Bool) { self.hasAuxiliaryHead = hasAuxiliaryHead }

  package func outputs(of network: NetworkOutputs) -> [Graph.Output] {
    var loss = mean(network.result("logits"), "labels", "scale")
    if hasAuxiliaryHead {
      let auxiliary = mean(
        network.result(Self.auxiliaryResult), "auxiliary_labels", "auxiliary_scale")
      loss = (loss + auxiliary.scaled(by: Self.auxiliaryWeight)).scaled(by: 0.5)
    }
    return [Graph.Output("loss", loss)]
  }

  /// The auxiliary head's logits among a network's results.
  static let auxiliaryResult = "auxiliary"

  private func mean(_ logits: Tensor, _ labels: String, _ scale: String) -> Tensor {
    let shape = logits.shape
    // A network that doesn't take the images' shape says so as its graph is made.
    guard shape.rank == 4 else { return logits }
    let pixels = Tensor.input(labels, shape: [shape[0], shape[1], shape[2]])
    let loss = Tensor(IndexedCrossEntropy(), [logits, pixels], at: "loss/\(labels)")
    return loss.total * Tensor.input(scale, shape: [1])
  }

  /// The inputs of a step, by their names.
  ///
  /// - Parameter labels: `[count, height, width]`.
  func inputs(
    labels: [Float], count: Int, height: Int, width: Int
  ) -> [String: [Float]] {
    var inputs = ["labels": labels, "scale": [Self.scale(labels: labels)]]
    guard hasAuxiliaryHead else { return inputs }
    let few = Self.auxiliaryLabels(labels, count: count, height: height, width: width)
    inputs["auxiliary_labels"] = few
    inputs["auxiliary_scale"] = [Self.scale(labels: few)]
    return inputs
  }

  /// The pixels that count.
  static func count(labels: [Float]) -> Int { labels.count { $0 >= 0 } }

  /// 1 over the number of labels that count.
  package static func scale(labels: [Float]) -> Float { 1 / Float(max(count(labels: labels), 1)) }

  /// The labels at the auxiliary head's pixels, of labels `[n, height, width]`.
  package static func auxiliaryLabels(
    _ labels: [Float], count: Int, height: Int, width: Int
  ) -> [Float] {
    let (rows, columns) = (height / auxiliaryStride, width / auxiliaryStride)
    var result: [Float] = []
    result.reserveCapacity(count * rows * columns)
    for image in 0..<count {
      for row in 0..<rows {
        let start = (image * height + row * auxiliaryStride) * width
        for column in 0..<columns { result.append(labels[start + column * auxiliaryStride]) }
      }
    }
    return result
  }
}
