import Foundation
import TestSupport

/// What a run of the program left.
struct Finished {
  /// 128 and the signal's number where a signal ended it, as shells say it.
  let status: Int
  let output: String
  let errors: String

  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// The output as one JSON value; Foundation takes strict JSON only.
  var json: Any {
    get throws { try Self.json(output) }
  }

  /// The output as one JSON value a line.
  var jsonLines: [[String: Any]] {
    get throws { try lines.compactMap { try Self.json($0) as? [String: Any] } }
  }

  private static func json(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8))
  }
}

/// Runs the program that was built with the tests, in an environment of its own.
///
/// - Parameters:
///   - environment: added to the bare one.
///   - folder: where it runs, and which it takes for the user's own.
func edgevision(
  _ arguments: [String], environment: [String: String] = [:], in folder: String = "/tmp",
  seconds: Double = 60, interruption: Interruption? = nil
) throws -> Finished {
  try run(
    EdgeVisionProgram.url, arguments, environment: environment, in: folder, seconds: seconds,
    interruption: interruption)
}

/// A signal that a running program gets once it is due.
struct Interruption {
  let signal: Int32
  /// Asked every few milliseconds, with the seconds since the start.
  let isDue: (Double) -> Bool

  fileprivate func wait(for process: Process) {
    let start = ContinuousClock.now
    while process.isRunning {
      if isDue(start.duration(to: .now) / .seconds(1)) {
        kill(process.processIdentifier, signal)
        return
      }
      Thread.sleep(forTimeInterval: 0.002)
    }
  }
}

/// Runs a line of shell whose `$0` is the program.
func edgevision(shell line: String) throws -> Finished {
  try run(
    URL(filePath: "/bin/sh"), ["-c", line, EdgeVisionProgram.url.path], environment: [:],
    in: "/tmp", seconds: 60)
}

private func run(
  _ program: URL, _ arguments: [String], environment: [String: String], in folder: String,
  seconds: Double, interruption: Interruption? = nil
) throws -> Finished {
  let files = try TemporaryFolder()
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.currentDirectoryURL = URL(filePath: folder)
  process.environment = EdgeVisionProgram.environment(home: folder)
    .merging(environment) { _, given in given }
  let output = try files.openFile("out")
  let errors = try files.openFile("err")
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = output
  process.standardError = errors
  let end = DispatchSemaphore(value: 0)
  process.terminationHandler = { _ in end.signal() }
  try process.run()
  interruption?.wait(for: process)
  guard end.wait(timeout: .now() + seconds) == .success else {
    process.terminate()
    throw EdgeVisionProgram.Problem.tooSlow(arguments: arguments)
  }
  let signal = process.terminationReason == .uncaughtSignal
  return Finished(
    status: Int(process.terminationStatus) + (signal ? 128 : 0),
    output: try files.text("out"), errors: try files.text("err"))
}

enum EdgeVisionProgram {
  enum Problem: Error {
    case notBuilt(searched: [String])
    case tooSlow(arguments: [String])
  }

  /// Beside the tests' own program, or in a folder above it (a bundle, on Apple's systems).
  static var url: URL {
    get throws {
      var searched: [String] = []
      let starts = ["/proc/self/exe", Bundle.main.executablePath ?? ""] + CommandLine.arguments
      for start in starts where start.hasPrefix("/") {
        var folder = URL(filePath: start).resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<4 {
          let program = folder.appending(path: "edgevision")
          if isProgram(program.path) { return program }
          searched.append(program.path)
          folder.deleteLastPathComponent()
        }
      }
      throw Problem.notBuilt(searched: searched)
    }
  }

  private static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return exists && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
  }

  /// Nothing of the user's settings; 80 columns for the help texts.
  static func environment(home: String) -> [String: String] {
    let kept = ProcessInfo.processInfo.environment.filter {
      ["PATH", "LD_LIBRARY_PATH", "TMPDIR"].contains($0.key)
    }
    return kept.merging(
      ["HOME": home, "COLUMNS": "80", "no_proxy": "127.0.0.1"]
    ) { _, given in given }
  }
}

extension TemporaryFolder {
  fileprivate borrowing func openFile(_ name: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: self(name), contents: nil)
    return try FileHandle(forWritingTo: URL(filePath: self(name)))
  }

  borrowing func text(_ name: String) throws -> String {
    try String(contentsOfFile: self(name), encoding: .utf8)
  }
}

/// A file of the checkout's Examples.
func example(_ name: String) -> String { Repository.root.appending(path: "Examples/\(name)").path }
