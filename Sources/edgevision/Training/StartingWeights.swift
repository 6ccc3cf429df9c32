import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeTraining
import EdgeVision

/// Weights of a file, an address or the official ones, with the network that they are of.
struct StoredWeights {
  let model: ModelDescription
  let source: any ParameterSource
  let classCount: Int
  /// Nil where the file doesn't hold them.
  let classNames: [String]?
  let origin: String

  /// - Parameter name: of the network; nil for what the weights say.
  init(_ argument: String, model name: String?) throws {
    let model = try name.map { name throws(ModelError) in try ModelDescription.named(name) }
    let progress = DownloadProgress()
    defer { progress.finish() }
    let network = try PretrainedNetwork(
      model, weights: Weights(argument: argument), report: progress.report)
    self.model = network.model
    source = try network.parameters()
    classCount = network.classCount
    classNames = network.metadata.classNames
    origin = network.origin
  }
}

/// What a network starts with: fresh values, or stored ones with a new head where the classes
/// differ.
struct StartingWeights {
  let model: ModelDescription
  let source: any ParameterSource

  init(_ recipe: TrainingRecipe, classNames: [String]) throws {
    let fresh = FreshParameters(seed: UInt64(bitPattern: Int64(recipe.seed)))
    guard let argument = recipe.weights, argument != "none" else {
      model = try ModelDescription.named(recipe.model ?? "")
      source = fresh
      return
    }
    let stored = try StoredWeights(argument, model: recipe.model)
    model = stored.model
    Console.note("\(model.name): \(stored.origin)")
    guard let reason = Self.difference(stored, classNames) else {
      source = stored.source
      return
    }
    Console.note("\(reason): the head starts anew")
    let head = model.family.head
    let width = stored.source.shape(of: "\(head).weight")?[-1] ?? 0
    let count = classNames.count
    source = RenewedParameters(
      stored.source, fresh: fresh,
      renewed: ["\(head).weight": [count, width], "\(head).bias": [count]])
  }

  /// Why the weights' head can't tell the data set's classes apart; nil if it can, or where the
  /// weights don't name theirs and have as many.
  private static func difference(_ stored: StoredWeights, _ classNames: [String]) -> String? {
    guard stored.classCount == classNames.count else {
      return "the weights tell \(stored.classCount) classes apart, the data set has "
        + "\(classNames.count)"
    }
    guard let known = stored.classNames, known != classNames else { return nil }
    let pair = zip(known, classNames).first { $0 != $1 }
    return "the weights' classes have other names than the data set's"
      + (pair.map { " ('\($0.0)', '\($0.1)')" } ?? "")
  }
}
