import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

/// A class for every pixel: pictures and masks resized, cut and mirrored alike; judged by the mean
/// intersection over union.
package struct SegmentationTask: TrainingTask {
  private let learned, judged: any SegmentationDataset
  private let recipe: TrainingRecipe
  private let transform: SegmentationTransform
  private let evaluation: EvaluationTransform

  /// - Throws: where the recipe's size doesn't suit an auxiliary head.
  package init(
    _ recipe: TrainingRecipe, model: ModelDescription, training: any SegmentationDataset,
    validation: any SegmentationDataset
  ) throws(RecipeError) {
    let step = 2 * SegmentationLoss.auxiliaryStride
    guard !recipe.hasAuxiliaryHead || recipe.size.isMultiple(of: step) else {
      throw .conflict(
        options: ["auxiliary-head", "size"],
        problem: "the head's pixels are \(step / 2) of the image's apart, and the size is "
          + "\(recipe.size)",
        advice: "choose a multiple of \(step)")
    }
    learned = training
    judged = validation
    self.recipe = recipe
    transform = recipe.segmentationTransform(for: model)
    evaluation = recipe.evaluationTransform(of: model)
  }

  package var classNames: [String] { learned.classNames }
  package var training: any PictureSource { learned }
  package var validation: any PictureSource { judged }
  package var loss: any TrainingLoss { segmentationLoss }
  private var segmentationLoss: SegmentationLoss {
    SegmentationLoss(hasAuxiliaryHead: recipe.hasAuxiliaryHead)
  }

  /// A label for each pixel, negative where it doesn't count.
  package func targetCount(height: Int, width: Int) -> Int { height * width }

  package var preparation: SamplePreparation {
    { [recipe, learned, transform] content, sample, random, output, targets in
      var transform = transform
      transform.shortSides = recipe.shortSides(size: min(sample.height, sample.width))
      let (image, mask) = transform(
        try content.picture(name: sample.name), try learned.mask(at: sample.index),
        height: sample.height, width: sample.width, random: &random)
      transform.write(image, into: &output)
      mask.write(into: &targets)
    }
  }

  package func example(_ batch: Batch, number: Int, epoch: Int) -> TrainingBatch {
    TrainingBatch(
      shape: batch.shape, images: batch.images.floats,
      inputs: segmentationLoss.inputs(
        labels: batch.targets.floats, count: batch.count, height: batch.height,
        width: batch.width))
  }

  package func evaluate(
    _ network: Executor<Shape>, batch: Int, workers: Int, progress: (Int) throws -> Void
  ) throws -> Evaluation {
    let evaluator = SegmentationEvaluator(
      judged, transform: evaluation, batch: batch, workers: workers)
    return .segmentation(
      try evaluator(progress: progress) { shape in try network.program(for: shape) })
  }
}
