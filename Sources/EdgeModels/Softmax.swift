#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The probabilities that logits stand for, exp(x − max) / Σ exp(x − max), in double precision.
package func softmax(_ logits: some Collection<Float>) -> [Double] {
  let largest = Double(logits.max() ?? 0)
  let weights = logits.map { exp(Double($0) - largest) }
  let total = weights.reduce(0, +)
  return weights.map { $0 / total }
}
