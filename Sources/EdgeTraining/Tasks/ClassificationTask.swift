import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

/// One class for each picture: changed and mixed pictures, smoothed targets, a teacher if there is
/// one; judged by top-1 accuracy.
package struct ClassificationTask: TrainingTask {
  package let data: DatasetPair
  private let recipe: TrainingRecipe
  private let teacher: Teacher?
  private let transform: TrainingTransform
  private let evaluation: EvaluationTransform
  private let mixing: BatchMixing

  /// - Throws: where the recipe's augmentation can't be read.
  package init(
    _ recipe: TrainingRecipe, model: ModelDescription, data: DatasetPair, teacher: Teacher? = nil
  ) throws(AugmentationPolicyError) {
    self.recipe = recipe
    self.data = data
    self.teacher = teacher
    transform = try recipe.transform(for: model)
    evaluation = recipe.evaluationTransform(of: model)
    mixing = recipe.mixing
  }

  package var classNames: [String] { data.training.classNames }
  package var training: any PictureSource { data.training }
  package var validation: any PictureSource { data.validation }
  package var loss: any TrainingLoss { recipe.objective }

  /// Targets are told by the labels of the data set.
  package func targetCount(height: Int, width: Int) -> Int { 0 }

  package var preparation: SamplePreparation {
    { [transform] content, sample, random, image, _ in
      try transform(
        content, height: sample.height, width: sample.width, random: &random, into: &image,
        name: sample.name)
    }
  }

  /// Images and targets, mixed where the recipe says so, with what the teacher says of them.
  package func example(_ batch: Batch, number: Int, epoch: Int) throws -> TrainingBatch {
    let classes = classNames.count
    var images = batch.images.floats
    var targets = [Float](repeating: 0, count: batch.count * classes)
    var targetSpan = targets.mutableSpan
    BatchMixing.writeTargets(
      batch.indices.map { data.training.label(at: $0) }, classes: classes,
      smoothing: recipe.smoothing, into: &targetSpan)
    if mixing.isActive {
      var random = RandomStream(
        seed: recipe.randomSeed, step: epoch, name: "mixing of batch \(number)")
      var imageSpan = images.mutableSpan
      mixing(
        images: &imageSpan, targets: &targetSpan, count: batch.count, height: batch.height,
        width: batch.width, random: &random)
    }
    var inputs = ["targets": targets]
    if let teacher { inputs["teacher"] = try teacher.answer(to: images, shape: batch.shape) }
    return TrainingBatch(shape: batch.shape, images: images, inputs: inputs)
  }

  package func evaluate(
    _ network: Executor<Shape>, batch: Int, workers: Int, progress: (Int) throws -> Void
  ) throws -> Evaluation {
    let evaluator = Evaluator(
      data.validation, transform: evaluation, batch: batch, workers: workers)
    return .classification(
      try evaluator(classes: classNames.count, progress: progress) { shape in
        try network.program(for: shape)
      })
  }
}
