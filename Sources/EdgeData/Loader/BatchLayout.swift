/// Where the values of a batch lie in its buffer: all images, then all targets.
struct BatchLayout {
  private let slots, imageValues, targetValues: Int

  /// - Precondition: `targetValues` is not negative.
  init(_ request: BatchRequest, targetValues: Int) {
    precondition(targetValues >= 0, "\(targetValues) targets")
    slots = request.count
    imageValues = request.height * request.width * 3
    self.targetValues = targetValues
  }

  /// The layout of every batch; `targetCount` is asked once for each size.
  static func layouts(
    of requests: [BatchRequest], targetCount: (_ height: Int, _ width: Int) -> Int
  ) -> [BatchLayout] {
    var known: [[Int]: Int] = [:]
    return requests.map { request in
      let size = [request.height, request.width]
      let values = known[size] ?? targetCount(request.height, request.width)
      known[size] = values
      return BatchLayout(request, targetValues: values)
    }
  }

  var count: Int { slots * (imageValues + targetValues) }
  var images: Range<Int> { 0..<slots * imageValues }
  var targets: Range<Int> { images.upperBound..<count }

  func image(_ slot: Int) -> Range<Int> {
    slot * imageValues..<(slot + 1) * imageValues
  }

  func targets(_ slot: Int) -> Range<Int> {
    let start = targets.lowerBound + slot * targetValues
    return start..<start + targetValues
  }
}
