import Testing

@testable import EdgeTraining

@Suite struct TrainingOptionTests {
  @Test func namesAreUniqueAndPlain() {
    let names = TrainingOption.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".utf8.contains($0) })
      #expect(!name.hasPrefix("no-"))
    }
  }

  /// Every option keeps its value in a property of its own, and its default is one that it takes.
  @Test func everyOptionHasItsOwnProperty() throws {
    for option in TrainingOption.all {
      var recipe = TrainingRecipe()
      let other = try #require(Self.other(option), "\(option.name)")
      #expect(option.value(in: recipe) != other, "\(option.name)")
      #expect(option.set(option.value(in: recipe), in: &recipe), "\(option.name)")
      #expect(recipe == TrainingRecipe())
      #expect(option.set(other, in: &recipe))
      #expect(option.value(in: recipe) == other)
      for neighbor in TrainingOption.all where neighbor.name != option.name {
        #expect(neighbor.value(in: recipe) == neighbor.value(in: TrainingRecipe()))
      }
    }
  }

  /// A value that isn't the default.
  private static func other(_ option: TrainingOption) -> OptionValue? {
    let current = option.value(in: TrainingRecipe())
    switch option.kind {
    case .flag: return .flag(current == .flag(false))
    case .integer(let range):
      return [range.lowerBound, range.lowerBound + 1].map { .integer($0) }.first { $0 != current }
    case .number: return .number(0.625)
    case .text: return .text("other")
    case .choice(let names): return names.map { .text($0) }.first { $0 != current }
    case .numbers: return .list([.number(0.25), .number(0.5)])
    case .texts: return .list([.text("a"), .text("b")])
    }
  }

  @Test(
    arguments: [
      ("lr", "0.001", .number(0.001)), ("lr", "1e-3", .number(0.001)),
      ("epochs", "12", .integer(12)), ("ema", "yes", .flag(true)), ("ema", "off", .flag(false)),
      ("aa", "", .none), ("aa", "none", .none), ("aa", "v0", .text("v0")),
      ("clip-grad", "none", .none), ("betas", "0.8, 0.99", .list([.number(0.8), .number(0.99)])),
      ("freeze", "stages.0.*,*.bias", .list([.text("stages.0.*"), .text("*.bias")])),
      ("freeze", "none", .list([])), ("schedule", "one-cycle", .text("one-cycle")),
    ] as [(String, String, OptionValue)])
  func readsText(name: String, text: String, value: OptionValue) throws {
    #expect(try #require(TrainingOption.named(name)).value(text) == value)
  }

  @Test(arguments: [
    ("lr", "fast"), ("lr", "0"), ("lr", "-1"), ("lr", "nan"), ("lr", "inf"), ("lr", "0x10"),
    ("lr", "none"), ("lr", ""), ("lr", "1e999"), ("epochs", "1.5"), ("epochs", "0"),
    ("epochs", "99999999999999999999"), ("ema", "maybe"), ("betas", "0.9"), ("betas", "0.9,1"),
    ("betas", "0.9,x"), ("betas", "0.9,0.99,0.999"), ("schedule", "Cosine"), ("hflip", "1.01"),
    ("output", ""), ("drop-path", "1"), ("seed", "-1"),
  ])
  func refusesText(name: String, text: String) throws {
    let option = try #require(TrainingOption.named(name))
    if name == "output" {
      #expect(option.value(text) == OptionValue.none)
    } else {
      #expect(option.value(text) == nil)
    }
  }

  @Test func tellsWhatItTakes() throws {
    let expectations = try ["lr", "seed", "epochs", "ema", "clip-grad", "loss", "betas"].map {
      try #require(TrainingOption.named($0)).expectation
    }
    #expect(
      expectations == [
        "a number above 0", "a whole number of at least 0", "a whole number from 1 to 1000000",
        "true or false", "a number above 0, or none", "one of ce, bce",
        "2 numbers, each at least 0 and below 1, as in A,B",
      ])
  }

  @Test func helpNamesEveryOptionWithinItsColumns() {
    let help = TrainingOption.help()
    for option in TrainingOption.all { #expect(help.contains("  \(option.usage)")) }
    #expect(help.contains("--lr X                  The highest learning rate. (default: 0.006)"))
    for line in help.split(separator: "\n") where !line.hasPrefix("  --") {
      #expect(line.count <= 78)
    }
  }
}
