import EdgeRuntime
import EdgeVision

/// What `bench` found.
struct BenchReport: Encodable {
  let model: String
  let size: String
  let batch, threads: Int
  let isa, precision: String
  let medianMilliseconds, minimumMilliseconds, p90Milliseconds: Double
  let imagesPerSecond: Double
  /// Of the whole batch, without norms and activations.
  let multiplyAdds: Int
  let gigaflops, peakGigaflops, peakShare: Double
  let residentBytes: Int
  /// Of the network's program, where that is measured alone.
  var activationBytes: Int?
  /// How many were found in each run, where a detector is measured with the making of boxes.
  var boxes: Int?
  private var isPostprocessed = false

  enum CodingKeys: String, CodingKey {
    case model, size, batch, threads, isa, precision, boxes
    case medianMilliseconds = "median_ms"
    case minimumMilliseconds = "min_ms"
    case p90Milliseconds = "p90_ms"
    case imagesPerSecond = "images_per_s"
    case multiplyAdds = "madds"
    case gigaflops = "gflops"
    case peakGigaflops = "peak_gflops"
    case peakShare = "peak_share"
    case activationBytes = "activation_bytes"
    case residentBytes = "rss_bytes"
  }

  /// - Parameter milliseconds: of each run; there is at least one.
  private init(
    _ network: PretrainedNetwork, size: ImageSize, batch: Int, options: RuntimeOptions,
    milliseconds: [Double]
  ) throws {
    let graph = try network.model.shapeGraph(
      height: size.height, width: size.width, classes: network.classCount)
    let madds = batch * graph.cost.multiplyAdds
    let times = milliseconds.sorted()
    model = network.model.name
    self.size = size.description
    self.batch = batch
    threads = options.threads
    isa = options.isa.rawValue
    precision = options.precision.rawValue
    medianMilliseconds = median(sorted: times)
    minimumMilliseconds = times[0]
    p90Milliseconds = times[(times.count - 1) * 9 / 10]
    imagesPerSecond = Double(batch) * 1000 / medianMilliseconds
    multiplyAdds = madds
    gigaflops = 2 * Double(madds) / medianMilliseconds / 1e6
    peakGigaflops = options.isa.measuredPeak(threads: options.threads) / 1e9
    peakShare = gigaflops / peakGigaflops
    residentBytes = residentMemory
  }

  /// Of a network alone.
  init(
    _ network: PretrainedNetwork, size: ImageSize, batch: Int, program: Program,
    measurement: Program.Measurement
  ) throws {
    try self.init(
      network, size: size, batch: batch, options: program.options,
      milliseconds: measurement.runs.map { $0 / .milliseconds(1) })
    activationBytes = program.activationBytes
  }

  /// Of a network with what makes boxes or classes of its outputs.
  init(_ network: PretrainedNetwork, _ bench: TaskBench, options: RuntimeOptions) throws {
    try self.init(
      network, size: ImageSize(height: bench.side, width: bench.side), batch: 1, options: options,
      milliseconds: bench.milliseconds)
    boxes = bench.boxes
    isPostprocessed = true
  }

  var lines: [String] {
    [
      "\(model), \(size), batch \(batch), \(threads) thread\(threads == 1 ? "" : "s"), \(isa), "
        + precision + (isPostprocessed ? ", with post-processing" : ""),
      "  time             \(fixed(medianMilliseconds, digits: 2)) ms median, "
        + "\(fixed(minimumMilliseconds, digits: 2)) min, \(fixed(p90Milliseconds, digits: 2)) p90",
      "  throughput       \(fixed(imagesPerSecond, digits: 1)) images/s",
      "  multiply-adds    \(fixed(Double(multiplyAdds) / 1e6, digits: 2))M, "
        + "\(fixed(gigaflops, digits: 1)) GFLOP/s, \(fixed(100 * peakShare, digits: 1))% of the "
        + "measured peak of \(fixed(peakGigaflops, digits: 1))",
      activationBytes.map { bytes in
        "  activations      \(fixed(Double(bytes) / 1e6, digits: 2)) MB at most"
      },
      boxes.map { "  boxes            \($0)" },
      "  resident memory  \(fixed(Double(residentBytes) / 1e6, digits: 1)) MB",
    ].compactMap(\.self)
  }
}

extension Program {
  /// Measures runs on numbers between −1 and 1.
  func measure(warmup: Int, runs: Int, profiling: Bool = false) -> Measurement {
    measure(warmup: warmup, runs: runs, profiling: profiling) { _, input in
      for index in input.indices { input[index] = Float(index % 255) / 127 - 1 }
    }
  }
}

/// The middle value, or the mean of the two in the middle; there is at least one.
func median(sorted values: [Double]) -> Double {
  (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
}

/// The time of each kernel call of a program.
struct KernelTable {
  let lines: [String]

  init(_ measurement: Program.Measurement, runs: Int) {
    let total = measurement.kernels.reduce(Duration.zero) { $0 + $1.total }
    var table = Table([
      ("kernel", .left), ("layer", .left), ("µs", .right), ("share", .right), ("GFLOP/s", .right),
    ])
    for kernel in measurement.kernels {
      let microseconds = kernel.total / .microseconds(1) / Double(runs)
      let rate = 2 * Double(kernel.cost.multiplyAdds) / microseconds / 1000
      table.append([
        kernel.operation, kernel.path, fixed(microseconds, digits: 1),
        "\(fixed(100 * (kernel.total / total), digits: 1))%",
        kernel.cost.multiplyAdds > 0 ? fixed(rate, digits: 1) : "",
      ])
    }
    lines = table.lines
  }
}
