#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The way down from `high`, where `fraction` is 0, to `low`, where it is 1:
/// low + ½ (high − low)(1 + cos π·fraction).
func cosineRamp(from high: Double, to low: Double, at fraction: Double) -> Double {
  low + 0.5 * (high - low) * (1 + cos(.pi * fraction))
}
