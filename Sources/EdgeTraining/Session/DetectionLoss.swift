import EdgeGraph
import EdgeModels

/// SSD's loss (arXiv:1512.02325, section 2.2; `hkzhang91/EdgeFormer`, `ssd_multibox_loss.py`): the
/// cross-entropy of the default boxes that stand for an object and, for each of them, of the three
/// background boxes of their image that are taken most surely for objects, and the smooth L1
/// distance of the former from their objects, divided by their number in the batch.
///
/// Inputs of a step: `labels` `[n, anchors]`, 0 for the background; `locations` `[n, anchors, 4]`;
/// `scale` `[1]`, what the sum is multiplied by.
package struct DetectionLoss: TrainingLoss, Hashable {
  /// Background boxes for each that stands for an object.
  package var ratio = 3.0

  package init() {}

  package func outputs(of network: NetworkOutputs) -> [Graph.Output] {
    let (confidences, locations) = (network.result("confidences"), network.result("locations"))
    // A network that doesn't take the images' shape says so as its graph is made.
    guard confidences.shape.rank == 3 else { return [Graph.Output("loss", confidences)] }
    let (count, anchors) = (confidences.shape[0], confidences.shape[1])
    let labels = Tensor.input("labels", shape: [count, anchors])
    let mined = Tensor(MinedLabels(ratio: ratio), [confidences, labels], at: "loss/mined")
    let classLoss = Tensor(IndexedCrossEntropy(), [confidences, mined], at: "loss/classes")
    let targets = Tensor.input("locations", shape: [count, anchors, 4])
    let boxLoss = Tensor(SmoothL1(), [locations, targets, labels], at: "loss/boxes")
    let loss = (classLoss.total + boxLoss.total) * Tensor.input("scale", shape: [1])
    return [Graph.Output("loss", loss)]
  }

  /// The boxes that stand for an object.
  static func count(labels: [Float]) -> Int { labels.count { $0 > 0 } }

  /// What the sum is multiplied by, for the labels of a batch: 1 over the boxes that stand for an
  /// object. A batch without any has only a sum of zeros.
  package static func scale(labels: [Float]) -> Float { 1 / Float(max(count(labels: labels), 1)) }

  /// The inputs of a step, by their names.
  ///
  /// - Parameters:
  ///   - targets: of each picture labels `[anchors]`, then locations `[anchors, 4]`, after numbers
  ///     that are for something else.
  ///   - count: of the pictures, at least 1.
  ///   - start: how many numbers of a picture are for something else.
  static func inputs(
    _ targets: [Float], count: Int, startingAt start: Int = 0
  ) -> [String: [Float]] {
    let values = targets.count / count
    let anchors = (values - start) / 5
    var (labels, locations) = ([Float](), [Float]())
    labels.reserveCapacity(count * anchors)
    locations.reserveCapacity(count * 4 * anchors)
    for picture in 0..<count {
      let own = targets[picture * values + start..<(picture + 1) * values]
      labels += own.prefix(anchors)
      locations += own.dropFirst(anchors)
    }
    return ["labels": labels, "locations": locations, "scale": [scale(labels: labels)]]
  }
}
