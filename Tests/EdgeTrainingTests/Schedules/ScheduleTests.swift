import TestSupport
import Testing

@testable import EdgeTraining

/// Numbers of other programs; Goldens/README.md tells which.
@Suite struct ScheduleTests {
  private func schedule(
    epochs: Int, stepsPerEpoch: Int, _ change: (inout TrainingRecipe) -> Void
  ) -> LearningRateSchedule {
    var recipe = TrainingRecipe()
    change(&recipe)
    return LearningRateSchedule(
      recipe, steps: StepCount(epochs: epochs, stepsPerEpoch: stepsPerEpoch))
  }

  /// All steps agree to the last digits; the order of operations may differ.
  private func expectValues(_ schedule: LearningRateSchedule, _ expected: [Double]) {
    #expect(schedule.steps.total == expected.count)
    for (step, value) in expected.enumerated() {
      #expect(abs(schedule.value(step: step) - value) <= 1e-15, "step \(step)")
    }
  }

  /// `cosine_scheduler(6e-3, 1e-6, 5, 4, warmup_epochs=2, start_warmup_value=1e-5)`.
  @Test func officialCosine() {
    let schedule = schedule(epochs: 5, stepsPerEpoch: 4) {
      $0.warmupEpochs = 2
      $0.warmupStartRate = 1e-5
    }
    expectValues(
      schedule,
      [
        1e-05, 0.0008657142857142858, 0.0017214285714285717, 0.0025771428571428573,
        0.0034328571428571433, 0.004288571428571429, 0.005144285714285714, 0.006, 0.006,
        0.00589779451595406, 0.005598143198651424, 0.005121466790169049, 0.00450025,
        0.003776827725785011, 0.0030005, 0.0022241722742149896, 0.0015007500000000006,
        0.000879533209830951, 0.00040285680134857614, 0.00010320548404593993,
      ])
    #expect(schedule.value(step: 1000) == schedule.value(step: 19))
  }

  /// The same with `warmup_epochs=1, warmup_steps=3`.
  @Test func officialCosineWithWarmupSteps() {
    expectValues(
      schedule(epochs: 5, stepsPerEpoch: 4) { $0.warmupSteps = 3 },
      [
        0.0, 0.003, 0.006, 0.006, 0.005948927812501864, 0.005797450452098365,
        0.005550726298620978, 0.005217157247203367, 0.00480810259181958, 0.004337492198151727,
        0.0038213521387212134, 0.0032772589442101744, 0.002723741055789826,
        0.0021796478612787877, 0.001663507801848275, 0.0011928974081804207,
        0.0007838427527966324, 0.00045027370137902284, 0.00020354954790163506,
        5.207218749813659e-05,
      ])
  }

  /// timm's `CosineLRScheduler`, stepped with the number of the epoch that has passed.
  @Test func epochsOfEdgeViT() {
    let schedule = schedule(epochs: 12, stepsPerEpoch: 3) {
      $0 = TrainingRecipe(.edgevit)
      $0.rateScaling = .none
      $0.learningRate = 2e-3
    }
    let epochs = [
      1e-06, 1e-06, 0.0004008, 0.0008005999999999999, 0.0012003999999999997,
      0.0016001999999999998, 0.001262524949877008, 0.001005, 0.000747475050122992,
      0.0005075000000000002, 0.0003014287527193853, 0.00014330472323448347,
    ]
    expectValues(schedule, epochs.flatMap { [$0, $0, $0] })
  }

  /// PyTorch's `OneCycleLR`: pct_start 0.3, div_factor 25, final_div_factor 100; and 0.5, 10, 1000.
  @Test func oneCycle() {
    expectValues(
      schedule(epochs: 2, stepsPerEpoch: 5) {
        $0.schedule = .oneCycle
        ($0.learningRate, $0.warmupStartRate, $0.minimumRate) = (0.1, 0.004, 4e-5)
        $0.warmupEpochs = 0
      },
      [
        0.0040000000000000036, 0.052000000000000005, 0.1, 0.09505042401776291,
        0.08118202029689951, 0.061141596279136595, 0.03889840372086341, 0.018857979703100502,
        0.004989575982237097, 4e-05,
      ])
    expectValues(
      schedule(epochs: 2, stepsPerEpoch: 4) {
        $0.schedule = .oneCycle
        ($0.learningRate, $0.warmupStartRate, $0.minimumRate) = (0.1, 0.01, 1e-5)
        $0.warmupEpochs = 1
      },
      [
        0.009999999999999995, 0.0325, 0.07749999999999999, 0.1, 0.08535680352542145,
        0.05000500000000001, 0.01465319647457856, 1e-05,
      ])
  }

  /// cvnets' formula, rounded to eight decimals, for ImageNet in batches of 1024.
  @Test(arguments: [
    (0, 0.0004), (1, 0.0004012), (1500, 0.0022), (2999, 0.0039988), (3000, 0.00399961),
    (12510, 0.00399014), (125100, 0.0031), (187650, 0.0022), (374049, 0.0004001),
  ])
  func epochsOfCVNets(step: Int, value: Double) {
    let schedule = schedule(epochs: 300, stepsPerEpoch: 1251) { $0 = TrainingRecipe(.edgeformer) }
    #expect(schedule.value(step: step) == value)
  }

  /// The recipe of the CIFAR-10 weights: base · (i + 1) / W, then a cosine over what is left.
  @Test(arguments: [
    (0, 2.564102564102564e-06), (1, 5.128205128205128e-06), (779, 0.002), (780, 0.002),
    (781, 0.001999999933301165), (5000, 0.0010304997635940845), (9359, 1.000006669883521e-05),
  ])
  func shiftedWarmup(step: Int, value: Double) {
    let schedule = schedule(epochs: 24, stepsPerEpoch: 390) {
      $0.warmupRule = .shifted
      $0.warmupSteps = 780
      ($0.learningRate, $0.minimumRate) = (2e-3, 1e-5)
    }
    #expect(abs(schedule.value(step: step) - value) <= 1e-17)
  }

  @Test func stepsAndConstants() {
    let steps = schedule(epochs: 9, stepsPerEpoch: 2) {
      $0.schedule = .step
      $0.warmupEpochs = 1
      ($0.learningRate, $0.decayEpochs, $0.decayRate) = (0.5, 4, 0.5)
    }
    #expect(
      [0, 1, 2, 7, 8, 15, 16, 17].map(steps.value) == [0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125])
    let constant = schedule(epochs: 9, stepsPerEpoch: 2) {
      $0.schedule = .constant
      $0.warmupSteps = 3
      $0.warmupRule = .exclusive
      $0.learningRate = 0.75
    }
    #expect([0, 1, 2, 3, 17].map(constant.value) == [0, 0.25, 0.5, 0.75, 0.75])
  }

  /// A single warm-up step has the rate of the start, as numpy's `linspace` gives it.
  @Test func shortestWarmups() {
    let one = schedule(epochs: 1, stepsPerEpoch: 2) { $0.warmupSteps = 1 }
    #expect(one.value(step: 0) == 0 && one.value(step: 1) == 6e-3)
    let none = schedule(epochs: 1, stepsPerEpoch: 2) { $0.warmupEpochs = 0 }
    #expect(none.value(step: 0) == 6e-3)
    for kind in TrainingRecipe.Schedule.allCases {
      let single = schedule(epochs: 1, stepsPerEpoch: 1) {
        $0.schedule = kind
        $0.warmupEpochs = 0
      }
      #expect(single.value(step: 0) > 0)
    }
  }

  /// `cosine_scheduler(0.05, 0.2, 5, 4)`.
  @Test func weightDecay() {
    var recipe = TrainingRecipe()
    let steps = StepCount(epochs: 5, stepsPerEpoch: 4)
    #expect(WeightDecaySchedule(recipe, steps: steps).value(step: 7) == 0.05)
    recipe.weightDecayEnd = 0.2
    let decay = WeightDecaySchedule(recipe, steps: steps)
    let expected = [
      (0, 0.04999999999999999), (1, 0.050923374455364656), (10, 0.125),
      (19, 0.19907662554463534), (99, 0.19907662554463534),
    ]
    for (step, value) in expected { #expect(abs(decay.value(step: step) - value) <= 1e-16) }
  }

  @Test func averagesWarmUp() {
    var recipe = TrainingRecipe()
    recipe.averageDecay = 0.999
    #expect(AverageDecay(recipe).value(steps: 1) == 0.999)
    recipe.averageWarmup = true
    #expect(
      [0, 1, 90, 8990, 8991, 99999].map(AverageDecay(recipe).value) == [
        0.1, 2.0 / 11, 0.91, 8991.0 / 9000, 0.999, 0.999,
      ])
  }

  /// ImageNet at 4096 images a step.
  @Test func countsAllSteps() {
    #expect(StepCount(epochs: 300, stepsPerEpoch: 312).total == 93_600)
  }
}
