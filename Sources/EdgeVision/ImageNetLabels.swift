import CEdgeResources

/// The classes of ImageNet-1k (ILSVRC 2012), in the order of the networks' outputs.
public enum ImageNet {
  /// Names, as the synonyms that WordNet lists: "tench, Tinca tinca". Not all differ: there are
  /// two classes "crane".
  public static let classNames: [String] = lines.map { String($0.name) }

  /// WordNet ids, "n01440764"; all differ.
  public static let wordNetIDs: [String] = lines.map { String($0.id) }

  private static var lines: [(id: Substring, name: Substring)] {
    text.split(separator: "\n").map { line in
      let id = line.prefix { $0 != "\t" }
      return (id, line.dropFirst(id.count + 1))
    }
  }

  private static var text: String {
    var byteCount = 0
    let start = unsafe edge_imagenet1k(&byteCount)
    let bytes = unsafe UnsafeBufferPointer(start: start, count: byteCount)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
