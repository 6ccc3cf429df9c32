import CEdgeResources
import EdgeFormats

/// The weights that come with the package: EdgeNeXt-XX-Small for the ten classes of CIFAR-10.
enum ShippedWeights {
  static func file() throws(FormatError) -> CheckpointFile {
    var count = 0
    let start = unsafe edge_shipped_weights(&count)
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    return try CheckpointFile(bytes: bytes, name: "the shipped weights")
  }
}
