import EdgeBoxes
import EdgeData
import EdgeModels
import Synchronization

/// The matchers of a detection network, one for each size of its input, made at their first use.
final class AnchorMatchers: Sendable {
  private struct Size: Hashable {
    let height, width: Int
  }

  private let model: ModelDescription
  private let matchers = Mutex<[Size: AnchorMatcher]>([:])

  /// - Throws: where the network is none for detection.
  init(_ model: ModelDescription) throws(TaskError) {
    guard model.anchors(height: model.size, width: model.size) != nil else {
      throw .network(model: model.name, task: "detection")
    }
    self.model = model
  }

  func matcher(height: Int, width: Int) -> AnchorMatcher {
    matchers.withLock { matchers in
      let size = Size(height: height, width: width)
      if let matcher = matchers[size] { return matcher }
      let grid = model.anchors(height: height, width: width) ?? AnchorGrid(levels: [])
      let matcher = AnchorMatcher(grid: grid)
      matchers[size] = matcher
      return matcher
    }
  }
}

extension AnchorMatcher {
  /// Writes what a network should make of a picture: labels `[anchors]`, then locations
  /// `[anchors, 4]`.
  ///
  /// - Parameters:
  ///   - objects: in pixels of the picture.
  ///   - width: of the picture, as `height`.
  func write(
    _ objects: [ObjectAnnotation], width: Int, height: Int, into targets: inout MutableSpan<Float>
  ) {
    let (x, y) = (1 / Double(width), 1 / Double(height))
    write(
      boxes: objects.map { $0.box.scaled(x: x, y: y) }, labels: objects.map(\.label),
      into: &targets)
  }
}
