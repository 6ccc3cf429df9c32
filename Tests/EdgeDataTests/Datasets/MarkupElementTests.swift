import Testing

@testable import EdgeData

@Suite struct MarkupElementTests {
  private func parsed(_ text: String) throws(MarkupError) -> MarkupElement {
    try MarkupElement(parsing: Array(text.utf8))
  }

  @Test func elementsTextsAndLines() throws {
    let root = try parsed(
      """
      <?xml version="1.0"?>
      <a x="1">
        <b>one &lt; <!-- not this -->two</b>
        <c><![CDATA[<d>]]></c><b/>
      </a>
      """)
    #expect(root.name == "a" && root.line == 2)
    #expect(root.children.map(\.name) == ["b", "c", "b"])
    #expect(root.children.map(\.line) == [3, 4, 4])
    #expect(root["b"]?.text == "one < two")
    #expect(root["c"]?.text == "<d>")
    #expect(root["d"] == nil)
  }

  @Test func encodingsAreUnderstood() throws {
    let latin = Array(#"<?xml version="1.0" encoding="ISO-8859-1"?><a>"#.utf8)
    #expect(try MarkupElement(parsing: latin + [0xE9] + Array("</a>".utf8)).text == "é")
    #expect(try parsed("<a>狗</a>").text == "狗")
  }

  @Test(arguments: ["", "<a>", "<a></b>", "plain", "<a/><a/>", "<a>&unknown;</a>", "<a>\u{1}</a>"])
  func damageIsAnError(text: String) {
    #expect { try parsed(text) } throws: { error in
      guard case .malformed(1, let reason)? = error as? MarkupError else { return false }
      return !reason.isEmpty
    }
  }

  @Test func errorsTellTheLine() {
    #expect(throws: MarkupError.malformed(line: 3, reason: "mismatched tag")) {
      try parsed("<a>\n<b>\n</a>")
    }
  }

  /// Entities that expand to billions of others begin with a document type.
  @Test func documentTypesAreRefused() {
    let bomb = """
      <!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>
      <a>&y;</a>
      """
    #expect { try parsed(bomb) } throws: { error in
      guard case .malformed(_, let reason)? = error as? MarkupError else { return false }
      return reason.contains("DOCTYPE")
    }
    #expect(throws: MarkupError.self) {
      try parsed("<!DOCTYPE a SYSTEM \"/etc/passwd\"><a/>")
    }
  }

  @Test func depthIsBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(try parsed(nested(32)).children.count == 1)
    for depth in [33, 200_000] {
      #expect(throws: MarkupError.malformed(line: 1, reason: "more than 32 nested elements")) {
        try parsed(nested(depth))
      }
    }
  }
}
