import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime

/// A trained network that a student learns from. It sees the same images as the student.
package struct Teacher: Sendable {
  private let executor: Executor<Shape>
  private let classes: Int
  /// Whether only its likeliest class counts.
  private let isHard: Bool

  /// - Throws: ``ModelError``.
  package init(
    _ model: ModelDescription, from source: any ParameterSource, classes: Int, isHard: Bool,
    options: RuntimeOptions
  ) throws {
    let network = try model.network(from: source, classes: classes)
    executor = Executor(options: options) { shape in
      try model.validate(batch: shape[0], height: shape[1], width: shape[2])
      return try network.graph(input: shape)
    }
    self.classes = classes
    self.isHard = isHard
  }

  /// `[n, classes]`: logits, or a one at the likeliest class.
  func answer(to images: [Float], shape: Shape) throws -> [Float] {
    let logits = try executor.program(for: shape).run(images)[0].floats()
    guard isHard else { return logits }
    var answer = [Float](repeating: 0, count: logits.count)
    for row in 0..<shape[0] {
      let range = row * classes..<(row + 1) * classes
      answer[range.lowerBound + ClassificationMetrics.likeliest(logits[range])] = 1
    }
    return answer
  }
}
