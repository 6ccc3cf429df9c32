import CEdgeMarkup

/// An element of an XML document, without its attributes. This file is the binding of CEdgeMarkup.
struct MarkupElement: Equatable {
  let name: String
  /// Where it begins, from 1 on.
  let line: Int
  /// What stands directly in it, its pieces joined.
  var text = ""
  var children: [MarkupElement] = []

  /// The first child of a name.
  subscript(_ name: String) -> MarkupElement? { children.first { $0.name == name } }
}

/// Why a document can't be read.
enum MarkupError: Error, Equatable {
  case libraryMissing
  case outOfMemory
  case malformed(line: Int, reason: String)
}

extension MarkupElement {
  /// More elements within each other have no meaning in the files that are read.
  private static let depthLimit = 32

  /// The root of a document in UTF-8, UTF-16 or ISO 8859-1. Documents with a DOCTYPE are refused,
  /// so that nothing expands.
  init(parsing bytes: [UInt8]) throws(MarkupError) {
    var builder = Builder()
    var line: Int64 = 0
    var message = [CChar](repeating: 0, count: Int(EDGE_MARKUP_MESSAGE))
    let status = unsafe Self.read(bytes, &builder, &line, &message)
    switch status {
    case EDGE_MARKUP_OK: break
    case EDGE_MARKUP_NO_LIBRARY: throw .libraryMissing
    case EDGE_MARKUP_OUT_OF_MEMORY: throw .outOfMemory
    case EDGE_MARKUP_DOCTYPE:
      throw .malformed(line: Int(line), reason: "a DOCTYPE, which is not read")
    case EDGE_MARKUP_TOO_DEEP:
      throw .malformed(line: Int(line), reason: "more than \(Self.depthLimit) nested elements")
    default:
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw .malformed(line: Int(line), reason: String(decoding: text, as: UTF8.self))
    }
    guard let root = builder.root else { throw .malformed(line: 1, reason: "no element") }
    self = root
  }

  /// What was read so far.
  private struct Builder {
    private var open: [MarkupElement] = []
    private(set) var root: MarkupElement?

    mutating func begin(_ name: String, line: Int) {
      open.append(MarkupElement(name: name, line: line))
    }

    mutating func add(_ text: String) {
      guard !open.isEmpty else { return }
      open[open.count - 1].text += text
    }

    mutating func end() {
      guard let element = open.popLast() else { return }
      if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }
  }

  private static func read(
    _ bytes: [UInt8], _ builder: UnsafeMutablePointer<Builder>,
    _ line: UnsafeMutablePointer<Int64>, _ message: UnsafeMutablePointer<CChar>
  ) -> edge_markup_status {
    var reader = unsafe edge_markup_reader(
      context: builder,
      begin: { context, name, line in
        guard let builder = unsafe context?.assumingMemoryBound(to: Builder.self),
          let name = unsafe name
        else { return }
        unsafe builder.pointee.begin(String(cString: name), line: Int(line))
      },
      text: { context, bytes, count in
        guard let builder = unsafe context?.assumingMemoryBound(to: Builder.self) else { return }
        let piece = unsafe UnsafeBufferPointer(start: bytes, count: count)
        unsafe builder.pointee.add(String(decoding: piece, as: UTF8.self))
      },
      end: { context in
        guard let builder = unsafe context?.assumingMemoryBound(to: Builder.self) else { return }
        unsafe builder.pointee.end()
      })
    return unsafe edge_markup_read(
      bytes, bytes.count, Int32(depthLimit), &reader, line, message)
  }
}
