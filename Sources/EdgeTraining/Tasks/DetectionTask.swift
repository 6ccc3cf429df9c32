import EdgeBoxes
import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

/// Boxes around objects: pictures cut, changed in color and stretched to the network's size, targets
/// by SSD's matching; judged by COCO's average precision. Crowds and pictures without objects are
/// not learned from, but count in the evaluation.
package struct DetectionTask: TrainingTask {
  /// The pictures with objects, of the data set that was given.
  private let objects: any DetectionDataset
  private let judged: any DetectionDataset
  private let model: ModelDescription
  private let transform: DetectionTransform
  private let evaluation: EvaluationTransform
  private let matchers: AnchorMatchers

  /// - Throws: where the network is none for detection, or no object is left to learn.
  package init(
    _ recipe: TrainingRecipe, model: ModelDescription, training: any DetectionDataset,
    validation: any DetectionDataset
  ) throws(TaskError) {
    matchers = try AnchorMatchers(model)
    objects = training.withoutEmpty
    guard objects.count > 0 else { throw .noObjects(pictures: training.count) }
    judged = validation
    self.model = model
    transform = recipe.detectionTransform(for: model)
    evaluation = recipe.evaluationTransform(of: model)
  }

  package var classNames: [String] { objects.classNames }
  package var training: any PictureSource { objects }
  package var validation: any PictureSource { judged }
  package var loss: any TrainingLoss { DetectionLoss() }

  /// Labels `[anchors]`, then locations `[anchors, 4]`.
  package func targetCount(height: Int, width: Int) -> Int {
    5 * matchers.matcher(height: height, width: width).grid.count
  }

  package var preparation: SamplePreparation {
    { [objects, transform, matchers] content, sample, random, output, targets in
      let (image, found) = transform(
        try content.picture(name: sample.name), objects.objects(at: sample.index),
        height: sample.height, width: sample.width, random: &random)
      transform.write(image, into: &output)
      matchers.matcher(height: sample.height, width: sample.width).write(
        found, width: sample.width, height: sample.height, into: &targets)
    }
  }

  package func example(_ batch: Batch, number: Int, epoch: Int) -> TrainingBatch {
    TrainingBatch(
      shape: batch.shape, images: batch.images.floats,
      inputs: DetectionLoss.inputs(batch.targets.floats, count: batch.count))
  }

  package func evaluate(
    _ network: Executor<Shape>, batch: Int, workers: Int, progress: (Int) throws -> Void
  ) throws -> Evaluation {
    let evaluator = DetectionEvaluator(
      judged, model: model, transform: evaluation, batch: batch, workers: workers)
    return .detection(
      try evaluator(progress: progress) { shape in try network.program(for: shape) })
  }
}
