import EdgeGraph

/// Batch normalization of the channels: parameters `weight` and `bias`, buffers `running_mean` and
/// `running_var`, each `[c]`, and the counter `num_batches_tracked`.
public struct BatchNorm: Module {
  public let weight, bias, runningMean, runningVariance: Tensor
  private let operation: BatchNormalization
  private let path: String

  public init(_ scope: Scope, channels: Int, epsilon: Double = 1e-5) {
    path = scope.path
    operation = BatchNormalization(epsilon: scope.epsilon(default: epsilon))
    weight = scope.parameter("weight", [channels], .constant(1))
    bias = scope.parameter("bias", [channels], .constant(0))
    runningMean = scope.buffer("running_mean", [channels], .constant(0))
    runningVariance = scope.buffer("running_var", [channels], .constant(1))
    scope.counter("num_batches_tracked")
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    Tensor(operation, [x, weight, bias, runningMean, runningVariance], at: path)
  }
}
