import EdgeGraph

/// The parameters of a model in training with everything that updates them: gradients, moments, and
/// a moving average. Numbers lie as ``layout`` says.
///
/// Running it gives the same bits on any number of threads, and allocates nothing. One call at a
/// time; the states are read and written between calls.
package final class ParameterUpdate: Sendable {
  package let layout: ParameterLayout
  package let algorithm: OptimizerAlgorithm
  /// Parameters and buffers: `layout.count` numbers.
  package let values: StateBuffer
  /// Where a training step leaves the gradients of its batch: `layout.trainableCount` numbers.
  package let gradients: StateBuffer
  /// What an update reads: ``gradients`` itself or, where they are accumulated, their sum. An
  /// update may use its numbers up.
  package let gradientSums: StateBuffer
  /// `layout.trainableCount` numbers each.
  package let moments: [StateBuffer]
  /// The moving average of ``values``, to be started as a copy of them; nil if there is none.
  package let average: StateBuffer?

  private let state: UpdateState
  private let options: RuntimeOptions
  private let update: Workspace
  private let accumulation: Workspace?

  /// - Parameters:
  ///   - groups: one for each entry of the layout; those of buffers are ignored.
  ///   - averages: whether to keep a moving average.
  ///   - accumulates: whether an update follows several batches; see ``accumulate(factor:)``.
  package init(
    _ layout: ParameterLayout, _ algorithm: OptimizerAlgorithm, groups: [ParameterGroup],
    averages: Bool = false, accumulates: Bool = false, options: RuntimeOptions
  ) {
    func trainable() -> StateBuffer { StateBuffer(count: layout.trainableCount) }
    self.layout = layout
    self.algorithm = algorithm
    self.options = options
    values = StateBuffer(count: layout.count)
    gradients = trainable()
    gradientSums = accumulates ? trainable() : gradients
    moments = (0..<algorithm.momentCount).map { _ in trainable() }
    average = averages ? StateBuffer(count: layout.count) : nil
    let vectors = OptimizerVectors(values: values, gradients: gradientSums, moments: moments)
    state = UpdateState(vectors, average: average)
    let plan = UpdatePlan(layout, algorithm, groups: groups, state: state, options: options)
    update = Self.workspace(plan.steps, options)
    accumulation =
      accumulates
      ? Self.workspace(Self.accumulation(of: gradients, state, options), options) : nil
  }

  /// Brings parameters, moments and average up to date.
  ///
  /// - Returns: whether the gradients were finite; where they are not, everything stays as it was.
  @discardableResult
  package func run(_ settings: UpdateSettings) -> Bool {
    state.set(settings, algorithm)
    update.run(threads: options.threads)
    state[.isAccumulating] = 0
    return state.isApplicable
  }

  /// Adds `factor` times ``gradients`` to ``gradientSums``, which start anew after every update.
  /// - Precondition: this was made to accumulate.
  package func accumulate(factor: Double) {
    precondition(accumulation != nil, "gradients are not accumulated")
    state[.batchFactor] = Float(factor)
    accumulation?.run(threads: options.threads)
    state[.isAccumulating] = 1
  }

  /// What isn't trained, such as running statistics.
  package var buffers: [Float] {
    get { values[layout.trainableCount..<layout.count] }
    set { values[layout.trainableCount..<layout.count] = newValue }
  }

  /// The global norm of the gradients at the last update, those of frozen parameters left out,
  /// before it was clipped.
  package var gradientNorm: Double { state.gradientNorm }

  /// The first parameter whose gradient, that of the last batch or the sum of several, has an infinity
  /// or NaN.
  package var entryWithNonfiniteGradient: ParameterLayout.Entry? {
    layout.entries.first { entry in
      entry.isTrainable
        && [gradients, gradientSums].contains {
          $0.firstNonfinite(entry.range, options.isa) != nil
        }
    }
  }

  private static func accumulation(
    of gradients: StateBuffer, _ state: UpdateState, _ options: RuntimeOptions
  ) -> [Plan.Step] {
    let ranges = UpdateChunks.ranges(0..<gradients.count)
    let sums = state.vectors.gradients
    let call = KernelCall(items: ranges.count) { _, items in
      for item in items {
        if state[.isAccumulating] == 0 { sums.clear(ranges[item]) }
        sums.add(gradients, times: state[.batchFactor], ranges[item], options.isa)
      }
    }
    return Plan.steps(
      call, operation: "accumulation", path: "", cost: Cost(bytes: 12 * gradients.count),
      options: options)
  }

  private static func workspace(_ steps: [Plan.Step], _ options: RuntimeOptions) -> Workspace {
    Workspace(
      Memory(values: 0, scratch: 0, threads: options.threads), steps: steps,
      threads: options.threads)
  }
}
