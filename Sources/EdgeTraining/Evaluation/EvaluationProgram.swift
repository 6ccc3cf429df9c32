import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

extension ModelDescription {
  /// Runs a network of this model as evaluators need it: for images of a shape `[n, h, w, 3]`, the
  /// outputs are `NetworkOutputs/answers(of:)` of its task, then for detection and segmentation
  /// `loss` `[1]`, that of training without an auxiliary head. The loss's inputs are those of
  /// ``DetectionLoss`` and ``SegmentationLoss``. Of a classifier, the logits tell the loss too.
  ///
  /// - Returns: an executor whose programs throw `ModelError` for sizes that the network doesn't take.
  package func judging(_ network: any Network, options: RuntimeOptions) -> Executor<Shape> {
    Executor(options: options) { shape in
      try validate(batch: shape[0], height: shape[1], width: shape[2])
      let outputs = network(.input("images", shape: shape))
      let losses = task.validationLoss?.outputs(of: outputs) ?? []
      return try Graph(outputs: outputs.answers(of: task) + losses)
    }
  }
}

extension NetworkTask {
  /// What a network is judged by in the program that gives its answers; nil for none.
  fileprivate var validationLoss: (any TrainingLoss)? {
    switch self {
    case .classification: nil
    case .detection: DetectionLoss()
    case .segmentation: SegmentationLoss(hasAuxiliaryHead: false)
    }
  }
}

extension Program {
  private static let lossName = "loss"

  /// Whether a loss is among the outputs; programs of answers only have none.
  var givesLoss: Bool { outputs.contains(Self.lossName) }

  /// Runs the program on prepared pictures.
  ///
  /// - Parameter targets: the inputs of the loss by their names, each in C order; the pictures are for
  ///   the other input.
  func run(_ batch: Batch, targets: [String: [Float]] = [:]) -> [TensorData] {
    run { index, input in
      if let values = targets[inputs[index]] {
        precondition(
          values.count == input.count, "\(inputs[index]): \(values.count) of \(input.count)")
        for place in input.indices { input[place] = values[place] }
      } else {
        batch.images.withFloats { images in
          for place in input.indices { input[place] = images[place] }
        }
      }
    }
  }

  /// The loss among the results of a run; nil for a program of answers only.
  func loss(in results: [TensorData]) -> Double? {
    outputs.firstIndex(of: Self.lossName).map { Double(results[$0].floats()[0]) }
  }
}
