import CEdgeKernels

/// An instruction set that the kernels are compiled for.
public enum ISA: String, Sendable, CaseIterable {
  case portable, avx2, avx512, neon

  /// Those that this build and this processor have.
  public static let available: [ISA] = allCases.filter { ek_isa_available($0.code) != 0 }

  /// The fastest that is available.
  public static let best: ISA = available.last { $0.code == ek_best_isa() } ?? .portable

  /// The instruction set of a given name; an empty one or none means the best.
  ///
  /// - Parameter name: the value of the environment variable `EDGEVISION_ISA`.
  public init(forcedName name: String?) throws(RuntimeError) {
    guard let name, !name.isEmpty else {
      self = .best
      return
    }
    guard let isa = ISA(rawValue: name), Self.available.contains(isa) else {
      throw .instructionSet(name: name, available: Self.available)
    }
    self = isa
  }

  package var code: ek_isa {
    switch self {
    case .portable: EK_PORTABLE
    case .avx2: EK_AVX2
    case .avx512: EK_AVX512
    case .neon: EK_NEON
    }
  }
}
