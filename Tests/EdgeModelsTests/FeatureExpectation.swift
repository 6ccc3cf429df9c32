import EdgeGraph
import EdgeNN
import TestSupport
import Testing

/// Compares a tensor with what a golden tells of it: mean, standard deviation, first values, and the
/// sum of its products with the numbers of a probe.
///
/// Limits: PyTorch in float32 stays within 4e-6 of `first8`, within 1e-6 · std · √count of the
/// checksum and within 1e-7 · std of mean and std. The checksums here come to 1.1e-6 on the
/// portable kernels, which round products and sums apart, and stay below 1e-6 on the others.
///
/// - Parameters:
///   - output: in PyTorch's layout, `[n, c, h, w]`; of another rank as it is.
///   - enlargement: how many times larger the limits are.
///   - meanLimit: of mean and standard deviation, in parts of the latter; five times as much
///     is allowed for the checksum, times √count.
func expectFeature(
  _ output: TensorData, _ feature: ClassificationGolden.Feature, _ source: SyntheticParameters,
  enlargement: Double = 1, meanLimit: Double = 3e-7,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let values = output.doubles()
  let count = Double(values.count)
  let probe = source.uniform("probe:\(feature.name)", count: values.count)
  let mean = values.reduce(0, +) / count
  let std = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  let checksum = zip(values, probe).reduce(0) { $0 + $1.0 * $1.1 }
  let comment = Comment(rawValue: feature.name)
  #expect(output.shape == Shape(feature.shape), comment, sourceLocation: sourceLocation)
  let unit = feature.std * enlargement
  #expect(abs(mean - feature.mean) <= meanLimit * unit, comment, sourceLocation: sourceLocation)
  #expect(abs(std - feature.std) <= meanLimit * unit, comment, sourceLocation: sourceLocation)
  #expect(
    abs(checksum - feature.checksum) <= 5 * meanLimit * unit * count.squareRoot(), comment,
    sourceLocation: sourceLocation)
  // The first channels of the first pixel, or the first values.
  let step = output.shape.rank == 4 ? output.shape[2] * output.shape[3] : 1
  for (index, expected) in feature.first8.enumerated() {
    #expect(
      abs(values[index * step] - expected) <= 1.2e-5 * unit, comment,
      sourceLocation: sourceLocation)
  }
}
