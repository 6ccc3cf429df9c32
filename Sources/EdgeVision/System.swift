#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The processors that this process may run on.
public var availableProcessors: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

/// The bytes of this process that are in memory; the most so far where the system doesn't say.
public var residentMemory: Int {
  #if os(Linux)
    if let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = statm.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    {
      return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
    return 0
  #else
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
  #endif
}
