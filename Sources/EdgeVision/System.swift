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
public var availableProcessors: Int {
  #if canImport(Glibc)
    var set = cpu_set_t()
    let size = MemoryLayout<cpu_set_t>.size
    if unsafe sched_getaffinity(0, size, &set) == 0 {
      let count = unsafe withUnsafeBytes(of: &set) { unsafe $0.reduce(0) { $0 + $1.nonzeroBitCount } }
      if count > 0 { return count }
    }
  #endif
  return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

func exponential(_ x: Double) -> Double { exp(x) }

/// The bytes of this process that are in memory.
public var residentMemory: Int {
  #if canImport(Glibc)
    if let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = statm.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    {
      return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
  #endif
  var usage = rusage()
  unsafe getrusage(RUSAGE_SELF, &usage)
  return usage.ru_maxrss
}
