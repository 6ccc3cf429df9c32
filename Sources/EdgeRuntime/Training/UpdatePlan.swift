import CEdgeKernels
import EdgeGraph

/// The steps of an update: clipping by value, the gradients' norm, the parameters, the average.
/// They are made once; what changes between updates is read from the state while they run, and
/// nothing is allocated then.
struct UpdatePlan {
  private(set) var steps: [Plan.Step] = []
  private let state: UpdateState
  private let chunks: UpdateChunks
  private let algorithm: OptimizerAlgorithm
  private let options: RuntimeOptions

  /// - Parameter groups: one for each entry of the layout.
  init(
    _ layout: ParameterLayout, _ algorithm: OptimizerAlgorithm, groups: [ParameterGroup],
    state: UpdateState, options: RuntimeOptions
  ) {
    self.state = state
    self.algorithm = algorithm
    self.options = options
    chunks = UpdateChunks(layout, groups: groups)
    addClipping()
    switch algorithm {
    case .adamW(_, _, let epsilon):
      addAdam(name: "adamw", l2: 0, decay: 1, epsilon)
    case .adam(_, _, let epsilon):
      addAdam(name: "adam", l2: 1, decay: 0, epsilon)
    case .sgd(let momentum, let nesterov):
      addDescent(momentum: Float(momentum), nesterov: nesterov)
    case .lamb(_, _, let epsilon, _):
      addLamb(epsilon, entries: layout.entries.count)
    }
    addAverage()
  }

  /// - Parameters:
  ///   - vectors: how many numbers are read or written for each of the parameters.
  ///   - run: does a piece; gets its index too.
  private mutating func add(
    _ name: String, vectors: Int,
    _ run: @escaping @Sendable (_ index: Int, _ piece: UpdateChunks.Piece) -> Void
  ) {
    let chunks = chunks
    let cost = Cost(bytes: 4 * vectors * chunks.count)
    add(name, items: chunks.items.count, cost) { items in
      for item in items {
        for index in chunks.items[item] { run(index, chunks.pieces[index]) }
      }
    }
  }

  /// Gradients that are not finite change nothing: only the steps that find out do their work then.
  private mutating func add(
    _ name: String, items: Int, _ cost: Cost, _ run: @escaping @Sendable (Range<Int>) -> Void
  ) {
    if items == 0 { return }
    let state = state
    let call = KernelCall(items: items) { _, range in
      if state.isApplicable { run(range) }
    }
    steps += Plan.steps(call, operation: name, path: "", cost: cost, options: options)
  }

  // MARK: Clipping

  /// Cuts single numbers, and finds the factor that the norm asks for. Squares are added up piece by
  /// piece and then in order, whoever did the pieces.
  private mutating func addClipping() {
    let (state, isa) = (state, options.isa)
    let gradients = state.vectors.gradients
    let sums = DoubleSlots(count: chunks.pieces.count)
    add("gradient_norm", vectors: 1) { index, piece in
      let limit = state[.clipValue]
      if limit < .infinity { gradients.clamp(piece.range, to: limit, isa) }
      sums[index] = gradients.squareSum(piece.range, isa)
    }
    var maximum = Double.infinity
    if case .lamb(_, _, _, let maximumNorm) = algorithm { maximum = maximumNorm }
    add("gradient_factor", items: 1, Cost(operations: sums.count)) { [maximum] _ in
      var sum = 0.0
      for index in 0..<sums.count { sum += sums[index] }
      let norm = sum.squareRoot()
      state.gradientNorm = norm
      state.isApplicable = norm.isFinite
      state[.gradientFactor] = Float(
        Self.factor(norm, clip: Double(state[.clipNorm]), maximum: maximum))
    }
  }

  /// min(1, clip / (norm + 1e-6)), and after that what brings the norm down to `maximum`. A norm
  /// that is NaN makes the factor NaN.
  private static func factor(_ norm: Double, clip: Double, maximum: Double) -> Double {
    let ratio = clip / (norm + 1e-6)
    let clipped = clip == .infinity || ratio > 1 ? 1 : ratio
    let rest = norm * clipped
    return rest > maximum ? clipped * maximum / rest : clipped
  }

  // MARK: Algorithms

  /// What one update has in common for all parameters.
  private static func adam(
    _ state: UpdateState, _ algorithm: OptimizerAlgorithm, epsilon: Double
  ) -> ek_adam {
    var settings = ek_adam()
    settings.gradient_factor = state[.gradientFactor]
    settings.correction1 = state[.correction1]
    settings.correction2 = state[.correction2]
    settings.epsilon = Float(epsilon)
    switch algorithm {
    case .adamW(let beta1, let beta2, _), .adam(let beta1, let beta2, _),
      .lamb(let beta1, let beta2, _, _):
      settings.share1 = Float(1 - beta1)
      settings.share2 = Float(1 - beta2)
    case .sgd:
      break
    }
    return settings
  }

  /// - Parameter l2, decay: 1 or 0, what weight decay is multiplied by in the gradient and in the
  ///   step.
  private mutating func addAdam(name: String, l2: Float, decay: Float, _ epsilon: Double) {
    let (state, algorithm, isa) = (state, algorithm, options.isa)
    add(name, vectors: 7) { _, piece in
      let weightDecay = piece.group.decays ? state[.weightDecay] : 0
      var settings = Self.adam(state, algorithm, epsilon: epsilon)
      settings.learning_rate = state[.learningRate] * Float(piece.group.learningRateScale)
      settings.l2 = l2 * weightDecay
      settings.decay = decay * weightDecay
      state.vectors.adam(settings, piece.range, isa)
    }
  }

  private mutating func addDescent(momentum: Float, nesterov: Bool) {
    let (state, isa) = (state, options.isa)
    add("sgd", vectors: 5) { _, piece in
      var settings = ek_sgd()
      settings.learning_rate = state[.learningRate] * Float(piece.group.learningRateScale)
      settings.gradient_factor = state[.gradientFactor]
      settings.l2 = piece.group.decays ? state[.weightDecay] : 0
      settings.momentum = momentum
      settings.nesterov = nesterov ? 1 : 0
      state.vectors.sgd(settings, piece.range, isa)
    }
  }

  /// The directions and their norms, the trust ratios, the steps.
  private mutating func addLamb(_ epsilon: Double, entries: Int) {
    let (state, algorithm, isa) = (state, algorithm, options.isa)
    let squares = DoubleSlots(count: 2 * chunks.pieces.count)
    let ratios = StateBuffer(count: entries)
    add("lamb_direction", vectors: 7) { index, piece in
      var settings = Self.adam(state, algorithm, epsilon: epsilon)
      settings.decay = piece.group.decays ? state[.weightDecay] : 0
      let sums = state.vectors.lambDirection(settings, piece.range, isa)
      squares[2 * index] = sums.values
      squares[2 * index + 1] = sums.direction
    }
    addTrustRatios(squares, ratios)
    add("lamb_step", vectors: 3) { _, piece in
      let rate = state[.learningRate] * Float(piece.group.learningRateScale)
      state.vectors.values.add(
        state.vectors.gradients, times: -rate * ratios[piece.entry], piece.range, isa)
    }
  }

  private mutating func addTrustRatios(_ squares: DoubleSlots, _ ratios: StateBuffer) {
    let (state, pieces) = (state, chunks.pieces)
    add("trust_ratios", items: 1, Cost(operations: squares.count)) { _ in
      var index = 0
      while index < pieces.count {
        let first = pieces[index]
        var (values, direction) = (0.0, 0.0)
        while index < pieces.count, pieces[index].entry == first.entry {
          values += squares[2 * index]
          direction += squares[2 * index + 1]
          index += 1
        }
        let adapts = first.group.decays && state[.weightDecay] != 0
        let hasNorms = values > 0 && direction > 0
        ratios[first.entry] =
          adapts && hasNorms ? Float((values / direction).squareRoot()) : 1
      }
    }
  }

  // MARK: Average

  /// Over everything in the layout, buffers and frozen parameters too.
  private mutating func addAverage() {
    guard let average = state.average else { return }
    let (state, isa) = (state, options.isa)
    let ranges = UpdateChunks.ranges(0..<average.count)
    add("average", items: ranges.count, Cost(bytes: 12 * average.count)) { items in
      let share = state[.averageShare]
      if share == 0 { return }
      for item in items { average.approach(state.vectors.values, by: share, ranges[item], isa) }
    }
  }
}
