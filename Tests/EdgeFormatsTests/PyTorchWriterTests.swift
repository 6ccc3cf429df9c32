import EdgeGraph
import OrderedCollections
import Testing

@testable import EdgeFormats

@Suite struct PyTorchWriterTests {
  private static var tensors: OrderedDictionary<String, TensorData> {
    var tensors: OrderedDictionary<String, TensorData> = [:]
    for dtype in DType.allCases {
      let bytes = (0..<3 * dtype.byteSize).map { UInt8($0 % 2) }
      tensors["\(dtype).weight"] = TensorData(
        shape: [3, 1], dtype: dtype, storage: ArrayStorage(bytes))
    }
    tensors["scalar"] = TensorData([-2.5], shape: [])
    tensors["empty"] = TensorData([Float](), shape: [0, 4])
    tensors["wide é\n"] = TensorData((0..<600).map { Float($0) }, shape: [2, 300])
    return tensors
  }

  @Test func writesWhatItReads() throws {
    var metadata = WeightsMetadata()
    metadata.classNames = ["cat", "dog, \"big\" é"]
    let tensors = Self.tensors
    try withTemporaryFile { path in
      try PyTorchWriter.write(tensors, metadata: metadata, to: path)
      let file = try CheckpointFile(contentsOf: path)
      #expect(file.format == .pytorch)
      let checkpoint = try file.weights()
      #expect(checkpoint.key == "model")
      #expect(checkpoint.tensors.keys == tensors.keys)
      #expect(checkpoint.metadata.classNames == metadata.classNames)
      for (name, tensor) in tensors {
        let read = try #require(checkpoint.tensors[name])
        #expect(read.dtype == tensor.dtype && read.shape == tensor.shape)
        #expect(read.bytes() == tensor.bytes())
      }
    }
  }

  /// PyTorch maps storages into memory, which takes addresses that are multiples of 64.
  @Test func storagesAreAligned() throws {
    try withTemporaryFile { path in
      try PyTorchWriter.write(Self.tensors, metadata: WeightsMetadata(), to: path)
      let archive = try ZipArchive(ByteSlice(MappedBytes(contentsOf: path)))
      #expect(archive.entries.count == Self.tensors.count + 3)
      for entry in archive.entries.values {
        #expect(entry.contentOffset.isMultiple(of: 64) && entry.method == 0)
        var budget = MemoryBudget(fileSize: 0)
        let content = try archive.content(of: entry, &budget)
        #expect(content.withBytes { CRC32.zip.checksum($0) } == entry.checksum)
      }
    }
  }

  @Test func refusesWhatZipFilesDoNotHold() throws {
    let huge = TensorData(shape: [1 << 30], dtype: .float32, storage: Hollow(byteCount: 1 << 32))
    try withTemporaryFile { path in
      #expect(throws: FormatError.self) {
        try PyTorchWriter.write(["huge": huge], metadata: WeightsMetadata(), to: path)
      }
    }
    #expect(throws: FormatError.self) {
      try PyTorchWriter.write([:], metadata: WeightsMetadata(), to: "/nowhere/at/all.pth")
    }
  }
}

/// A storage that only says how large it is.
private struct Hollow: TensorStorage {
  let byteCount: Int

  func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
    try body(unsafe [UInt8]().span.bytes)
  }
}
