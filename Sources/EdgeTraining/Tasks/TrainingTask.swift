import EdgeData
import EdgeGraph
import EdgeRuntime

/// What a run learns from and is judged by. Everything else about a run is the same for all tasks.
package protocol TrainingTask: Sendable {
  /// Labels are indices into this list.
  var classNames: [String] { get }
  /// The pictures that are learned from.
  var training: any PictureSource { get }
  /// The pictures that the network is judged by.
  var validation: any PictureSource { get }
  /// What training minimizes.
  var loss: any TrainingLoss { get }

  /// The numbers of a sample's targets, for an input of this size.
  func targetCount(height: Int, width: Int) -> Int

  /// Writes a training sample: the normalized image, and its targets.
  var preparation: SamplePreparation { get }

  /// What a step learns from.
  ///
  /// - Parameters:
  ///   - batch: as ``preparation`` wrote it.
  ///   - number: of the batch in the epoch, from 0. What is drawn for it follows from both.
  func example(_ batch: Batch, number: Int, epoch: Int) throws -> TrainingBatch

  /// Runs the network over the validation set.
  ///
  /// - Parameters:
  ///   - batch: pictures in a batch.
  ///   - workers: threads that prepare pictures.
  ///   - progress: gets the number of pictures that are done, after each batch; throws to stop.
  func evaluate(
    _ network: Executor<Shape>, batch: Int, workers: Int, progress: (Int) throws -> Void
  ) throws -> Evaluation
}

/// Why pictures or a network don't serve a task.
package enum TaskError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No picture has an object that could be learned.
  case noObjects(pictures: Int)
  case network(model: String, task: String)

  package var description: String {
    switch self {
    case .noObjects(let pictures):
      "none of the \(pictures) training pictures has an object; look at the annotations"
    case .network(let model, let task):
      "\(model) is no network for \(task); choose another one"
    }
  }
}

extension SampleContent {
  /// The picture's pixels, upright.
  package func picture(name: String) throws(ImageError) -> Image {
    switch self {
    case .encoded(let bytes): try Image(bytes: bytes, name: name)
    case .decoded(let image): image
    }
  }
}

extension Batch {
  /// Of the images: `[n, h, w, 3]`.
  var shape: Shape { [count, height, width, 3] }
}

extension BatchImages {
  /// A copy of the values.
  var floats: [Float] { withFloats { span in span.indices.map { span[$0] } } }
}
