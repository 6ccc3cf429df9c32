import EdgeBoxes
import EdgeGraph
import EdgeNN
import Synchronization

extension ModelDescription {
  /// The number of classes that a checkpoint's head tells apart, without the background in detection;
  /// nil where it has no such head.
  public func classCount(of source: any ParameterSource) -> Int? {
    guard let rows = source.shape(of: "\(family.head).weight")?.dimensions.first else { return nil }
    return head == .ssd ? SSD.classes(rows: rows) : rows
  }

  /// The parameters whose shapes follow from the number of classes, with those shapes: what starts
  /// anew where a network learns other classes.
  ///
  /// - Parameter options: whether it has an auxiliary head; its number of classes doesn't count.
  public func renewedParameters(
    classes: Int, options: NetworkConfiguration = NetworkConfiguration()
  ) -> [String: Shape] {
    let others = parameters(classes: classes + 1, options: options)
    return parameters(classes: classes, options: options).filter { $0.value != others[$0.key] }
  }

  private func parameters(classes: Int, options: NetworkConfiguration) -> [String: Shape] {
    var options = options
    options.classes = classes
    let list = ParameterList()
    _ = Scope.fit(of: list) { scope in architecture.network(scope, options: options) }
    return list.shapes
  }

  /// Whether a parameter belongs to what stands on the backbone.
  public func isHeadParameter(_ name: String) -> Bool {
    head?.holds(name) ?? name.hasPrefix("\(family.head).")
  }

  /// The anchors of images of a size, in the order in which the network predicts; nil for a network
  /// that isn't a detector, and for sizes that it doesn't take.
  public func anchors(height: Int, width: Int) -> AnchorGrid? {
    guard head == .ssd, (try? validate(batch: 1, height: height, width: width)) != nil else {
      return nil
    }
    return SSD.anchors(
      height: height, width: width, dropsPartialCells: family.dropsPartialCells)
  }

  /// - Throws: ``ModelError/task(model:expected:found:)`` where the network is for something else.
  public func require(_ expected: NetworkTask) throws(ModelError) {
    guard task == expected else { throw .task(model: name, expected: expected, found: task) }
  }
}

/// Notes the parameters that a network asks for.
private final class ParameterList: ParameterSource {
  private let noted = Mutex<[String: Shape]>([:])

  var shapes: [String: Shape] { noted.withLock { $0 } }

  func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    noted.withLock { $0[name] = shape }
    return nil
  }
}
