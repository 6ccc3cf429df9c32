import EdgeModels
import EdgeRuntime

/// A type of which an option takes one case, by its raw value.
public protocol RecipeChoice: CaseIterable, RawRepresentable, Sendable where RawValue == String {}

extension RecipeChoice where Self: OptionStorable {
  init?(_ value: OptionValue) {
    guard case .text(let text) = value else { return nil }
    self.init(rawValue: text)
  }

  var optionValue: OptionValue { .text(rawValue) }
}

extension Precision: RecipeChoice, OptionStorable {}

extension NetworkTask: RecipeChoice, OptionStorable {}

extension NetworkHead: RecipeChoice, OptionStorable {}

extension TrainingRecipe {
  /// The named recipes that the other options change.
  public enum Base: String, RecipeChoice, OptionStorable {
    case edgenext, edgevit, edgeformer, finetune
    /// Of detection.
    case ssd
    /// Of segmentation.
    case deeplabv3
  }

  public enum Optimizer: String, RecipeChoice, OptionStorable {
    case adamw, adam, sgd, nesterov, lamb
  }

  /// How the learning rate goes on after the warm-up; see ``LearningRateSchedule``.
  public enum Schedule: String, RecipeChoice, OptionStorable {
    case cosine
    case cosineEpoch = "cosine-epoch"
    case step, constant
    case oneCycle = "one-cycle"
    case cvnets
  }

  /// How the learning rate of step i of W warm-up steps lies between `start` and `base`.
  public enum WarmupRule: String, RecipeChoice, OptionStorable {
    /// i / (W − 1): the last step has `base` (EdgeNeXt).
    case inclusive
    /// i / W: the step after the last has `base` (cvnets).
    case exclusive
    /// (i + 1) / W: the first step is one above `start`, the last has `base`.
    case shifted
  }

  /// What `lr` is multiplied by, of the images in an optimizer step and a base number.
  public enum RateScaling: String, RecipeChoice, OptionStorable {
    case none
    /// images / base (EdgeViT).
    case linear
    /// √(images / base).
    case sqrt
  }

  public enum Loss: String, RecipeChoice, OptionStorable {
    /// Cross-entropy with any distribution as the target: label smoothing and mixed labels arrive as
    /// targets.
    case crossEntropy = "ce"
    /// Binary cross-entropy of every class, averaged over classes (timm's `BinaryCrossEntropy`).
    case binaryCrossEntropy = "bce"
  }

  /// Whether images of a batch are mixed together, in pairs of their own, or one by one.
  public enum MixupMode: String, RecipeChoice, OptionStorable {
    case batch, pair, elem
  }

  /// What fills an erased rectangle: zeros, one random color, or random pixels.
  public enum ErasingMode: String, RecipeChoice, OptionStorable {
    case const, rand, pixel
  }

  public enum Interpolation: String, RecipeChoice, OptionStorable {
    case bicubic, bilinear
    case openCVBilinear = "opencv-bilinear"
    /// One of the first two for each image.
    case random
    /// PyTorch's, on floats and without averaging, after the operations on pixels.
    case floatBicubic = "float-bicubic"
  }

  /// Whose rule chooses sizes and batches.
  public enum MultiScale: String, RecipeChoice, OptionStorable {
    case off, edgenext, cvnets
  }

  /// What a student learns from a teacher.
  public enum Distillation: String, RecipeChoice, OptionStorable {
    case none
    /// The teacher's probabilities (DeiT).
    case soft
    /// The teacher's likeliest class (DeiT).
    case hard
    /// Both the labels and, weighted by `alpha`, the teacher's probabilities (USI).
    case usi
  }

  /// What to do about a loss that is not a number.
  public enum NaNPolicy: String, RecipeChoice, OptionStorable {
    case stop
    /// Leave the step out.
    case skip
  }
}
