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
    origin = network.origin
  }
}

/// What a network starts with: fresh values, or stored ones with a new head where the classes
/// differ.
struct StartingWeights {
  let model: ModelDescription
  let source: any ParameterSource

  init(_ recipe: TrainingRecipe, classes: Int) throws {
    let fresh = FreshParameters(seed: UInt64(bitPattern: Int64(recipe.seed)))
    guard let argument = recipe.weights, argument != "none" else {
      model = try ModelDescription.named(recipe.model ?? "")
      source = fresh
      return
    }
    let stored = try StoredWeights(argument, model: recipe.model)
    model = stored.model
    Console.note("\(model.name): \(stored.origin)")
    guard stored.classCount != classes else {
      source = stored.source
      return
    }
    Console.note(
      "the weights tell \(stored.classCount) classes apart, the data set has \(classes): the head "
        + "starts anew")
    let width = stored.source.shape(of: "head.weight")?[-1] ?? 0
    source = RenewedParameters(
      stored.source, fresh: fresh,
      renewed: ["head.weight": [classes, width], "head.bias": [classes]])
  }
}
