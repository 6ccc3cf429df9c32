import CEdgeKernels

/// The numbers that matrix products work on. Sums, and everything that is no product with weights,
/// are float32 always.
public enum Precision: String, Sendable, CaseIterable {
  /// Weights and inputs are float32.
  case float32 = "f32"
  /// Weights and inputs are rounded to bfloat16; needs ``isAvailable(on:)``.
  case bfloat16 = "bf16"
  /// Weights are kept as float16, in half the memory, and widened as they are read; inputs are
  /// float32. Runs everywhere.
  case float16 = "f16"

  /// Whether the processor has products of such numbers in an instruction set.
  public func isAvailable(on isa: ISA) -> Bool {
    self != .bfloat16 || ek_bf16_available(isa.code) != 0
  }
}
