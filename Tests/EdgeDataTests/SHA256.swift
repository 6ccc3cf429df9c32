/// SHA-256 (FIPS 180-4) as hexadecimal digits, for comparing with hashes that other programs made.
func sha256(_ message: [UInt8]) -> String {
  var padded = message + [0x80]
  padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
  padded += bytes(of: UInt64(message.count) * 8)
  var hash = initialHash
  for block in stride(from: 0, to: padded.count, by: 64) {
    compress(padded[block..<block + 64], into: &hash)
  }
  let digits = Array("0123456789abcdef")
  return String(hash.flatMap(bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

private func bytes(of value: some FixedWidthInteger) -> [UInt8] {
  stride(from: value.bitWidth - 8, through: 0, by: -8).map {
    UInt8(truncatingIfNeeded: value >> $0)
  }
}

private func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
  value >> count | value << (32 - count)
}

private func compress(_ block: ArraySlice<UInt8>, into hash: inout [UInt32]) {
  var schedule: [UInt32] = []
  schedule.reserveCapacity(64)
  for start in stride(from: block.startIndex, to: block.endIndex, by: 4) {
    schedule.append(block[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
  }
  for index in 16..<64 {
    let early = schedule[index - 15]
    let late = schedule[index - 2]
    let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
    let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
    schedule.append(schedule[index - 16] &+ first &+ schedule[index - 7] &+ second)
  }
  var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
  var (e, f, g, h) = (hash[4], hash[5], hash[6], hash[7])
  for index in 0..<64 {
    let mixed = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let choice = e & f ^ ~e & g
    let added = h &+ mixed &+ choice &+ roundConstants[index] &+ schedule[index]
    let majority = a & b ^ a & c ^ b & c
    let sum = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
    (h, g, f, e, d, c, b, a) = (g, f, e, d &+ added, c, b, a, added &+ sum)
  }
  for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { hash[index] &+= value }
}

private let primes: [UInt32] = (2...311).filter { candidate in
  (2..<candidate).allSatisfy { candidate % $0 != 0 }
}

/// The first 32 fraction bits of the primes' square roots.
private let initialHash: [UInt32] = primes.prefix(8).map {
  UInt32(truncatingIfNeeded: UInt64(Double($0).squareRoot() * 4_294_967_296))
}

/// The first 32 fraction bits of the primes' cube roots.
private let roundConstants: [UInt32] = primes.prefix(64).map { prime in
  // The greatest r with r³ <= prime · 2⁹⁶, found bit by bit.
  var root: UInt64 = 0
  for bit in stride(from: 34, through: 0, by: -1) {
    let next = root | 1 << UInt64(bit)
    let (high, low) = next.multipliedFullWidth(by: next)
    let square = UInt128(high) << 64 | UInt128(low)
    if square * UInt128(next) <= UInt128(prime) << 96 { root = next }
  }
  return UInt32(truncatingIfNeeded: root)
}
