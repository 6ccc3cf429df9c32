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
      weights: >-
        folded
        text
      """)
    let expected: [(String, OptionValue)] = [
      ("lr", .number(1e-3)), ("epochs", .integer(12)), ("ema", .flag(true)),
      ("betas", .list([.number(0.5), .number(0.75)])),
      ("freeze", .list([.text("*.bias"), .text("stages.0.*")])), ("aa", .none),
      ("clip-grad", .none), ("output", .text("none")), ("data", .text("no")),
      ("weights", .text("folded text")),
    ]
    #expect(settings.settings.map(\.option) == expected.map(\.0))
    #expect(settings.settings.map(\.value) == expected.map(\.1))
    #expect(settings.settings.map(\.origin) == [3, 4, 5, 6, 7, 10, 11, 12, 13, 14].map(at))
  }

  @Test(arguments: ["", "# nothing\n", "---\n", "---\n...\n", "{}"])
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
      (
        "ema: {a: 1}",
        .value(
          option: "ema", found: "a mapping", expected: "true or false",
          origin: .file(path: "run.yaml", line: 1))
      ),
      (
        "freeze: [[a]]",
        .value(
          option: "freeze", found: "a collection", expected: "texts, as in A,B",
          origin: .file(path: "run.yaml", line: 1))
      ),
      ("lr: 1\nema: on\nlr: 2", .duplicate(option: "lr", origin: .file(path: "run.yaml", line: 1))),
      (
        "[a]: 1", .syntax(path: "run.yaml", line: 1, problem: "expected the name of an option")
      ),
      (
        "- lr", .syntax(path: "run.yaml", line: 1, problem: "expected options, as in 'lr: 0.001'")
      ),
    ] as [(String, RecipeError)])
  func refuses(yaml: String, error: RecipeError) {
    #expect(throws: error) { try read(yaml) }
  }

  @Test(arguments: [
    "lr: 1\n  epochs: 2", "lr: [1", "lr: \"1", "\tlr: 1", "lr: *nothing", "%", "lr: 1\n---\nlr: 2",
    "lr: !!binary [", "{", "? : :", "lr: \u{7}",
  ])
  func refusesWhatIsNotYAML(yaml: String) {
    #expect(throws: RecipeError.self) { try read(yaml) }
  }

  @Test func keepsAliasesSmall() throws {
    #expect(try read("lr: &rate 0.5\nmin-lr: *rate")["min-lr"] == .number(0.5))
    // Each level is nine times the one before, as a value and as a key, which is hashed.
    let levels = (1..<9).map { level in
      "l\(level): &l\(level) [" + (0..<9).map { _ in "*l\(level - 1)" }.joined(separator: ",") + "]"
    }
    let bomb = "l0: &l0 lol\n" + levels.joined(separator: "\n") + "\n? *l8\n: 1"
    #expect(throws: RecipeError.self) { try read(bomb) }
    #expect(throws: RecipeError.self) { try read(String(repeating: "[", count: 500_000)) }
    #expect(throws: RecipeError.self) { try read(String(repeating: "{a: ", count: 250_000)) }
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
