import EdgeGraph

/// Dropout of whole channels of images.
///
/// - Input and output: `[n, ..., c]`.
public struct DropChannels: Module {
  private let rate: Double
  private let path: String

  public init(_ scope: Scope, rate: Double) {
    path = scope.path
    self.rate = rate
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    rate == 0 ? x : Tensor(Dropout(rate: rate, of: .channel), [x], at: path)
  }
}
