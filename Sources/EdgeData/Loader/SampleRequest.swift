import EdgeGraph

/// One picture that a loader's worker prepares.
public struct SampleRequest: Sendable, Equatable {
  /// In the data set.
  public let index: Int
  /// By which errors call it.
  public let name: String
  /// How often it was drawn before in this epoch.
  public let repeats: Int
  /// Its number among all of the epoch on this machine.
  public let position: Int
  /// Of the network's input, in pixels.
  public let height, width: Int

  /// The random numbers for its augmentation: told by seed, epoch, name and repeat, so that they
  /// depend neither on threads nor on batches.
  func randomStream(seed: UInt64, epoch: Int) -> RandomStream {
    RandomStream(seed: seed, step: epoch, name: repeats == 0 ? name : "\(name)#\(repeats)")
  }
}

/// Writes a picture as `[height, width, 3]` values, and its targets where the loader was told of
/// any. Called on any of a loader's threads; all values must be written, as memory is used again.
public typealias SamplePreparation =
  @Sendable (
    _ content: SampleContent, _ request: SampleRequest, _ random: inout RandomStream,
    _ image: inout MutableSpan<Float>, _ targets: inout MutableSpan<Float>
  ) throws -> Void

/// Why a batch can't be had: one of its pictures.
public struct LoadingError: Error, CustomStringConvertible {
  /// In the data set.
  public let index: Int
  public let name: String
  public let reason: any Error

  /// Names the picture once, where the reason doesn't do so itself.
  public var description: String {
    let text = String(describing: reason)
    return text.contains(name) ? text : "\(name): \(text)"
  }
}
