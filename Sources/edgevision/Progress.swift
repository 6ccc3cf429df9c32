import EdgeVision

/// Shows how a download goes on: a bar on a terminal, a line for each event elsewhere.
final class DownloadProgress {
  private var shown = ""

  func report(_ event: DownloadEvent) {
    switch event {
    case .waiting(let path): note("another process downloads \(path); waiting for it")
    case .connecting(let url): note("downloading \(url)")
    case .retrying(let reason): note("the connection broke (\(reason)); trying again")
    case .received(let count, let total): show(count, of: total)
    }
  }

  /// Ends the line of the bar.
  func finish() {
    if !shown.isEmpty { Console.note("") }
    shown = ""
  }

  private func note(_ text: String) {
    finish()
    Console.note(text)
  }

  private func show(_ count: Int, of total: Int?) {
    guard Console.isInteractive else { return }
    var text = "\(fixed(Double(count) / 1e6, digits: 1)) MB"
    if let total, total > 0 {
      let part = Double(count) / Double(total)
      text =
        "[\(bar(part, width: 40))] \(Int(100 * part))% of \(fixed(Double(total) / 1e6, digits: 1)) MB"
    }
    guard text != shown else { return }
    Console.replaceLine(text)
    shown = text
  }
}

/// Counts pictures on a terminal while their results go elsewhere.
struct PictureProgress {
  private let total: Int
  private var done = 0

  init(total: Int) { self.total = total }

  mutating func advance() {
    done += 1
    guard total > 1, Console.isInteractive, !Console.showsResults else { return }
    Console.replaceLine(done < total ? "\(done) of \(total) pictures" : "")
  }
}
