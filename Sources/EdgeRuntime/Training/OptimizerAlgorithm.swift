/// How parameters follow their gradients. Epsilon is added to the root, after the bias correction.
package enum OptimizerAlgorithm: Hashable, Sendable {
  /// Adam with decoupled weight decay (arXiv:1711.05101): the parameter shrinks by itself.
  case adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
  /// Adam (arXiv:1412.6980), with the decay added to the gradient.
  case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
  /// Gradient descent as in PyTorch, without dampening: m = momentum · m + g, a step along m or,
  /// after Nesterov, along g + momentum · m; the decay is added to the gradient.
  case sgd(momentum: Double = 0.9, nesterov: Bool = false)
  /// LAMB (arXiv:1904.00962) as in timm (`timm/optim/lamb.py`) and NVIDIA's FusedLAMB: gradients
  /// whose global norm is above `maximumNorm` are scaled down to it before anything else (after
  /// clipping); the step of each parameter that decays has its direction u, which includes the
  /// decay, times the trust ratio ‖p‖ / ‖u‖, not clipped, or 1 where one of them is 0. Parameters
  /// without decay take the step of AdamW.
  case lamb(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-6, maximumNorm: Double = 1)

  /// The vectors that it keeps besides the parameters.
  package var momentCount: Int {
    switch self {
    case .adamW, .adam, .lamb: 2
    case .sgd(let momentum, _): momentum == 0 ? 0 : 1
    }
  }
}

/// What holds for one parameter.
package struct ParameterGroup: Hashable, Sendable {
  /// The learning rate is multiplied by it.
  package var learningRateScale: Double
  /// Whether weight decay applies.
  package var decays: Bool
  /// Nothing changes a frozen parameter, and its gradient doesn't count in the norm.
  package var isFrozen: Bool

  package init(learningRateScale: Double = 1, decays: Bool = true, isFrozen: Bool = false) {
    self.learningRateScale = learningRateScale
    self.decays = decays
    self.isFrozen = isFrozen
  }
}

/// What may change from one update to the next.
package struct UpdateSettings: Hashable, Sendable {
  /// The number of this update, 1 for the first: what Adam and LAMB correct their moments by.
  package var step: Int
  package var learningRate: Double
  package var weightDecay: Double
  /// The global norm that gradients are scaled down to, as by `torch.nn.utils.clip_grad_norm_`; nil
  /// leaves them.
  package var clipNorm: Double?
  /// The size that each number of the gradients is cut to, before the norm is taken.
  package var clipValue: Double?
  /// d of the moving average d · average + (1 − d) · value; nil leaves the average as it is.
  package var averageDecay: Double?

  package init(
    step: Int, learningRate: Double, weightDecay: Double = 0, clipNorm: Double? = nil,
    clipValue: Double? = nil, averageDecay: Double? = nil
  ) {
    self.step = step
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
    self.clipValue = clipValue
    self.averageDecay = averageDecay
  }
}
