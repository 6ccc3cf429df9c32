import EdgeFormats
import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct RecipeSettingsTests {
  private func read(_ yaml: String) throws(RecipeError) -> RecipeSettings {
    try RecipeSettings(yaml: yaml, path: "run.yaml")
  }

  private func at(_ line: Int) -> RecipeError.Origin { .file(path: "run.yaml", line: line) }

  @Test func readsEveryKindOfValue() throws {
    let settings = try read(
      """
      ---
      # a comment
      lr: 1e-3
      epochs: 12
      ema: on
      betas: [0.5, 0.75]
      freeze:
        - "*.bias"
        - stages.0.*
      aa: ~
      clip-grad: none
      output: "none"
      data: 'no'
      weights: 'it''s: # here'	# comment
      """)
    let expected: [(String, OptionValue)] = [
      ("lr", .number(1e-3)), ("epochs", .integer(12)), ("ema", .flag(true)),
      ("betas", .list([.number(0.5), .number(0.75)])),
      ("freeze", .list([.text("*.bias"), .text("stages.0.*")])), ("aa", .none),
      ("clip-grad", .none), ("output", .text("none")), ("data", .text("no")),
      ("weights", .text("it's: # here")),
    ]
    #expect(settings.settings.map(\.option) == expected.map(\.0))
    #expect(settings.settings.map(\.value) == expected.map(\.1))
    #expect(settings.settings.map(\.origin) == [3, 4, 5, 6, 7, 10, 11, 12, 13, 14].map(at))
  }

  @Test(arguments: ["", "# nothing\n", "---\n", "\n--- # a\n\t\n\r\n"])
  func takesEmptyFiles(yaml: String) throws {
    #expect(try read(yaml).settings.isEmpty)
  }

  @Test(
    arguments: [
      (
        "lr: 1\nepohcs: 2",
        .unknown(
          option: "epohcs", nearest: "epochs", origin: .file(path: "run.yaml", line: 2))
      ),
      (
        "warmup_epochs: 2",
        .unknown(
          option: "warmup_epochs", nearest: "warmup-epochs",
          origin: .file(path: "run.yaml", line: 1))
      ),
      (
        "\n\nlr: fast",
        .value(
          option: "lr", found: "fast", expected: "a number above 0",
          origin: .file(path: "run.yaml", line: 3))
      ),
      (
        "lr: [1]",
        .value(
          option: "lr", found: "1", expected: "a number above 0",
          origin: .file(path: "run.yaml", line: 1))
      ),
      ("lr: 1\nema: on\nlr: 2", .duplicate(option: "lr", origin: .file(path: "run.yaml", line: 3))),
    ] as [(String, RecipeError)])
  func refuses(yaml: String, error: RecipeError) {
    #expect(throws: error) { try read(yaml) }
  }

  /// The line of the error and what it says was expected.
  @Test(
    arguments: [
      ("lr: 1\n  epochs: 2", 2, "an option at the start of the line"),
      ("optimizer:\n  lr: 1", 2, "an option at the start of the line"),
      ("lr: 1\n  2", 2, "an option at the start of the line"),
      ("[a]: 1", 1, "an option, as in"), ("{}", 1, "an option, as in"),
      ("? lr\n: 1", 1, "an option, as in"), ("%YAML 1.2", 1, "an option, as in"),
      ("\"lr\": 1", 1, "an option, as in"), ("lr:1", 1, "an option, as in"),
      ("lr: 1\n...", 2, "an option, as in"), ("- lr", 1, "an option, as in"),
      ("lr: 1\n- a", 2, "an option, as in"), ("freeze: [a]\n- b", 2, "an option, as in"),
      ("freeze:\n  - a\n - b", 3, "an item right below"),
      (String(repeating: "a", count: 65) + ": 1", 1, "an option, as in"),
      ("---\n---", 2, "'---' only once"), ("lr: 1\n---\nlr: 2", 2, "'---' only once"),
      ("--- lr: 1", 1, "the end of the line"), ("data: 'a' b", 1, "the end of the line"),
      ("data: \"a\"#b", 1, "the end of the line"), ("freeze: [a] b", 1, "the end of the line"),
      ("\tlr: 1", 1, "spaces instead of tabs"), ("freeze:\n\t- a", 2, "spaces instead of tabs"),
      ("lr: \u{7}", 1, "no control characters"), ("lr: 1\rema: on", 1, "no control characters"),
      ("ema: {a: 1}", 1, "starts with '{' needs quotes"),
      ("lr: &rate 0.5", 1, "starts with '&' needs quotes"),
      ("lr: *rate", 1, "starts with '*' needs quotes"),
      ("lr: !!float 1", 1, "starts with '!' needs quotes"),
      ("data: |\n  a", 1, "starts with '|' needs quotes"),
      ("data: >-\n  a", 1, "starts with '>' needs quotes"),
      ("freeze: [[a]]", 1, "starts with '[' needs quotes"),
      ("freeze:\n  - [a]", 2, "starts with '[' needs quotes"),
      ("freeze:\n  - - a", 2, "starts with '-' needs quotes"),
      ("freeze: [a,,b]", 1, "starts with ',' needs quotes"),
      ("freeze: [#a]", 1, "starts with '#' needs quotes"),
      ("freeze: [-, b]", 1, "starts with '-' needs quotes"),
      ("data: a: b", 1, "text with ': ' needs quotes"),
      ("freeze: [a:]", 1, "text with ': ' needs quotes"),
      ("freeze:\n  - a: b", 2, "text with ': ' needs quotes"),
      ("freeze: [a,\n  b]", 1, "a value on the same line"),
      ("freeze:\n  -\n", 2, "a value on the same line"),
      ("freeze: [", 1, "a value on the same line"), ("freeze: [a", 1, "',' or ']'"),
      ("freeze: [a #b]", 1, "',' or ']'"), ("freeze: ['a' b]", 1, "',' or ']'"),
      ("data: 'a\n  b'", 1, "a closing '"), ("data: \"a", 1, "a closing \""),
      (#"data: "a\""#, 1, "a closing \""), (#"data: "\q""#, 1, "an escape after"),
      (#"data: "\"#, 1, "an escape after"), (#"data: "\u12""#, 1, "4 hexadecimal digits"),
      (#"data: "\u+123""#, 1, "4 hexadecimal digits"), (#"data: "\xé""#, 1, "2 hexadecimal"),
      (#"data: "\ud800""#, 1, "the code of a character"),
      (#"data: "\udc00""#, 1, "the code of a character"),
      (#"data: "\ud800\u0041""#, 1, "the second half"),
      (#"data: "\UFFFFFFFF""#, 1, "the code of a character"),
    ])
  func refusesOtherYAML(yaml: String, line: Int, expected: String) {
    let error = #expect(throws: RecipeError.self) { try read(yaml) }
    guard case .syntax("run.yaml", line, let problem)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(problem.hasPrefix("expected ") && problem.contains(expected), "\(problem)")
  }

  @Test(
    arguments: [
      ("a b#c", "a b#c"), ("a # b", "a"), ("a:b", "a:b"), ("-a", "-a"), ("C:\\d  ", "C:\\d"),
      ("a, [b] {c}", "a, [b] {c}"), ("é", "é"), ("'é \\n'", "é \\n"), ("\"'#\"  # b", "'#"),
      (#""\"\\\/\n\t\x41\u00e9\U0001F600\ud83d\ude00\0""#, "\"\\/\n\tAé😀😀\0"),
      (#""\a\b\e\f\r\v\N\_\L\P\ ""#, "\u{7}\u{8}\u{1B}\u{C}\r\u{B}\u{85}\u{A0}\u{2028}\u{2029} "),
    ])
  func readsText(scalar: String, text: String) throws {
    #expect(try read("data: \(scalar)\r\n")["data"] == .text(text))
    #expect(try read("freeze:\n- \(scalar)")["freeze"] == .list([.text(text)]))
    if !scalar.contains(where: { "#[".contains($0) }) {
      #expect(try read("freeze: [ \(scalar) , ]")["freeze"] == .list([.text(text)]))
    }
  }

  @Test(arguments: ["", " ~", " null", " none", " []", " # none"])
  func readsEmptyLists(value: String) throws {
    #expect(try read("freeze:\(value)")["freeze"] == .list([]))
  }

  /// Any text ends in settings or in an error: random characters, and a configuration with some
  /// of them in it.
  @Test func takesAnyText() {
    let alphabet = Array(" \n\n\t\r\0-:,[]{}#&*!|>'\"\\%@`~?.u0xadlr1é\u{FEFF}😀".unicodeScalars)
    let configuration = Array(TrainingRecipe().yaml.unicodeScalars)
    var generator = SplitMix64(seed: 17)
    var refused = 0
    for trial in 0..<2000 {
      var scalars = trial % 2 == 0 ? [] : configuration
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        let place = Int.random(in: 0...scalars.count, using: &generator)
        scalars.insert(alphabet.randomElement(using: &generator) ?? " ", at: place)
      }
      do throws(RecipeError) {
        _ = try read(String(String.UnicodeScalarView(scalars)))
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect(refused > 1000 && refused < 2000)
  }

  @Test func takesAnyBytes() throws {
    let folder = try TemporaryFolder()
    var generator = SplitMix64(seed: 18)
    for _ in 0..<200 {
      let bytes = (0..<40).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      let path = try folder.file("any.yaml", bytes)
      #expect(throws: RecipeError.self) { try RecipeSettings(contentsOf: path) }
    }
  }

  @Test func boundsTheLines() throws {
    let most = String(repeating: "#\n", count: 10_000)
    #expect(try read(most).settings.isEmpty)
    #expect(
      throws: RecipeError.unreadable(
        .limit(path: "run.yaml", place: "file", quantity: "the number of lines", limit: 10_000))
    ) { try read(most + "#") }
    #expect(throws: RecipeError.self) { try read(String(repeating: "[", count: 500_000)) }
    let items = String(repeating: "a,", count: 250_000)
    #expect(try read("freeze: [\(items)]")["freeze"] != .list([]))
  }

  @Test func boundsTheFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("big.yaml", Array(repeating: UInt8(ascii: "#"), count: 1 << 20 + 1))
    #expect(
      throws: RecipeError.unreadable(
        .limit(path: path, place: "file", quantity: "its size in bytes", limit: 1 << 20))
    ) { try RecipeSettings(contentsOf: path) }
    let binary = try folder.file("binary.yaml", [0xFF, 0xFE, 0])
    #expect(throws: RecipeError.self) { try RecipeSettings(contentsOf: binary) }
    #expect(throws: RecipeError.self) { try RecipeSettings(contentsOf: folder.path) }
  }
}
