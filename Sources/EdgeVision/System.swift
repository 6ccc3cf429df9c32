#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The processors that this process may run on: what the machine has, less what an affinity mask
/// (`taskset`) or a container's quota leaves out.
public var availableProcessors: Int {
  let count = allowedProcessors ?? ProcessInfo.processInfo.activeProcessorCount
  return max(1, min(count, processorQuota ?? .max))
}

/// The processors of the affinity mask. Linux shows it as hexadecimal words; the call that tells it,
/// `sched_getaffinity`, is not visible to Swift.
private var allowedProcessors: Int? {
  guard let status = systemText("/proc/self/status"),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") })
  else { return nil }
  let mask = line.dropFirst("Cpus_allowed:".count)
  return mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
}

/// The quota of the control group (version 2) rounded up, nil where there is none.
private var processorQuota: Int? {
  guard let words = systemText("/sys/fs/cgroup/cpu.max")?.split(whereSeparator: \.isWhitespace),
    words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), period > 0
  else { return nil }
  return Int((quota / period).rounded(.up))
}

/// The bytes of this process that are in memory; the most so far where the system doesn't say.
public var residentMemory: Int {
  if let words = systemText("/proc/self/statm")?.split(separator: " "), words.count > 1,
    let pages = Int(words[1])
  {
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
  return peakResidentMemory
}

/// The most memory that the process had in use at once, in bytes.
public var peakResidentMemory: Int {
  var usage = rusage()
  #if canImport(Darwin)
    unsafe getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
  #else
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  #endif
}

private func systemText(_ path: String) -> String? {
  try? String(contentsOfFile: path, encoding: .utf8)
}
