import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct RemoveDroppingTests {
  static let checks = [
    PassCheck("dropout", before: ["activation", "dropout"], after: ["activation"]) { x, _ in
      [Tensor(Dropout(rate: 0.5), [gelu(x)])]
    },
    PassCheck("dropout of channels", before: ["activation", "dropout"], after: ["activation"]) {
      x, _ in [Tensor(Dropout(rate: 0.5, of: .channel), [gelu(x)])]
    },
    PassCheck(
      "residual branch", before: ["activation", "stochastic_depth", "add"],
      after: ["activation", "add"]
    ) { x, _ in [x + Tensor(StochasticDepth(rate: 0.1), [gelu(x)])] },
    PassCheck("chain", before: ["dropout", "stochastic_depth"], after: []) { x, _ in
      [Tensor(StochasticDepth(rate: 0.1), [Tensor(Dropout(rate: 0.5), [x])])]
    },
  ]

  @Test(arguments: checks)
  func isTheIdentity(check: PassCheck) throws {
    try check.expect { try RemoveDropping.apply(to: $0) }
  }
}
