import Testing

@testable import EdgeFormats

@Suite struct PickleMachineTests {
  private func read(_ value: PickleWriter.Value, version: UInt8 = 2) throws -> CheckpointValue {
    try withTemporaryFile(CheckpointWriter.zip(value, storages: [], version: version)) {
      try CheckpointFile(contentsOf: $0).root
    }
  }

  private func failure(_ operations: [UInt8]) throws -> FormatError? {
    do {
      _ = try read(.raw(operations))
      return nil
    } catch let error as FormatError {
      return error
    }
  }

  @Test(arguments: [UInt8(2), 4])
  func readsPlainValues(version: UInt8) throws {
    let root = try read(
      .dictionary([
        ("none", .null), ("yes", .bool(true)), ("small", .integer(7)), ("negative", .integer(-5)),
        ("large", .integer(1 << 40)), ("half", .float(0.5)), ("text", .text("é")),
        ("list", .list([.integer(1), .text("a")])), ("pair", .tuple([.null, .null])),
      ]), version: version)
    let expected: [CheckpointValue] = [
      .null, .bool(true), .integer(7), .integer(-5), .integer(1 << 40), .float(0.5), .string("é"),
      .list([.integer(1), .string("a")]), .list([.null, .null]),
    ]
    #expect("\(try #require(root.items).map(\.value))" == "\(expected)")
  }

  /// Calls become the name of what they would have called.
  @Test(arguments: [("os", "system"), ("builtins", "eval"), ("posix", "system"), ("a.b", "C")])
  func executesNothing(module: String, name: String) throws {
    let call = PickleWriter.Value.call(module, name, [.text("touch /tmp/edgevision-executed")])
    guard case .opaque(let found)? = try read(.list([call])).first else {
      Issue.record("not opaque")
      return
    }
    #expect(found == "\(module).\(name)")
  }

  @Test func rebuildsNamespacesAndOrderedDictionaries() throws {
    let state = PickleWriter.Value.dictionary([("lr", .float(0.1))])
    let namespace = try read(.list([.call("argparse", "Namespace", []), state, .raw([0x62])]))
    let expected = CheckpointValue.list([.dictionary([(.string("lr"), .float(0.1))])])
    #expect("\(namespace)" == "\(expected)")
    let pairs = PickleWriter.Value.list([.list([.text("a"), .integer(1)])])
    let ordered = try read(.call("collections", "OrderedDict", [pairs]))
    #expect("\(ordered)" == "\(CheckpointValue.dictionary([(.string("a"), .integer(1))]))")
  }

  @Test func readsNumpyScalars() throws {
    let type = PickleWriter.Value.call(
      "numpy", "dtype", [.text("f8"), .bool(false), .bool(true)])
    // BUILD with (3, "<") after the dtype, then the bytes, written as latin1 text.
    let built: [PickleWriter.Value] = [
      type, .tuple([.integer(3), .text("<")]), .raw([0x62]),
      .call("_codecs", "encode", [.text("\0\0\0\0\0\0\u{4}@"), .text("latin1")]),
    ]
    let value = try read(.call("numpy.core.multiarray", "scalar", built))
    #expect("\(value)" == "\(CheckpointValue.float(2.5))")
  }

  /// Memos 5, then 0, then 1, as no Python numbers them.
  @Test func recallsMemosInAnyOrder() throws {
    let program: [UInt8] = [
      0x4B, 10, 0x71, 5, 0x4B, 11, 0x71, 0, 0x4B, 12, 0x71, 1, 0x68, 5, 0x68, 1, 0x86,
    ]
    let value = try read(.raw(program))
    #expect("\(value)" == "\(CheckpointValue.list([.integer(10), .integer(12)]))")
  }

  @Test func refusesAContainerInsideItself() throws {
    // ] memo 0, append memo 0 to itself
    let error = try failure([0x5D, 0x71, 0, 0x68, 0, 0x61])
    guard case .malformed(_, _, _, let found)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == "a container inside itself")
  }

  /// Lists of two of the list before, 100 times: 2^100 values in 600 bytes.
  @Test func refusesExponentialTrees() throws {
    var operations: [UInt8] = [0x5D, 0x71, 0]
    for level in 1...100 {
      operations += [0x5D, 0x28, 0x68, UInt8(level - 1), 0x68, UInt8(level - 1), 0x65]
      operations += [0x71, UInt8(level)]
    }
    let error = try failure(operations)
    guard case .limit(_, _, "the number of values", _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func refusesDeepNesting() throws {
    let operations =
      Array(repeating: UInt8(0x29), count: 1)
      + Array(repeating: UInt8(0x85), count: 100_000)
    guard case .limit(_, _, "nesting", 128)? = try failure(operations) else {
      Issue.record("not refused")
      return
    }
  }

  /// A list of 1000 made a set again and again: copies are counted.
  @Test func refusesRepeatedCopies() throws {
    var operations: [UInt8] = [0x5D, 0x28] + Array(repeating: 0x4E, count: 1000) + [0x65]
    operations += [0x85, 0x71, 0] + Array("cbuiltins\nset\n".utf8) + [0x71, 1]
    for _ in 0..<1000 { operations += [0x68, 1, 0x68, 0, 0x52] }
    guard case .limit(_, _, "the number of copied values", _)? = try failure(operations) else {
      Issue.record("not refused")
      return
    }
  }

  @Test(
    arguments: [
      [0x52], [0x30], [0x65], [0x74], [0x68, 9], [0x81], [0x62], [0x4E, 0x61], [0x28, 0x30, 0x30],
      [0x4E, 0x4E, 0x52], [0xFF], [0x82, 1], [0x80, 6], [0x58, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x8B, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x5D, 0x28, 0x4E, 0x75], [0x7D, 0x28, 0x4E, 0x75], [0x4E, 0x51], [0x29, 0x51], [0x97],
      [0x98],
      [0x49, 0x78, 0x0A], [0x46, 0x78, 0x0A], [0x67, 0x2D, 0x31, 0x0A], [0x63, 0x61],
    ] as [[UInt8]])
  func refusesBrokenPrograms(operations: [UInt8]) throws {
    #expect(try failure(operations) != nil)
  }
}

extension CheckpointValue {
  fileprivate var first: CheckpointValue? {
    if case .list(let values) = self { values.first } else { nil }
  }
}
