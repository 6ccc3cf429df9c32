import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C and SIGTERM: the first asks the run to stop after its step, the second ends the process.
enum StopSignal {
  private static let requests = Atomic(0)

  static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  static func install() {
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { number in
        if StopSignal.requests.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
      }
    }
  }
}
