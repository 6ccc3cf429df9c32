import EdgeGraph

/// The weight of a convolution that is the derivative of another one with respect to its input:
/// `[out, in, kh, kw]` with inputs and outputs exchanged and the taps in reverse order.
///
/// - Input: `weight` `[out, in, kh, kw]`. Output: `[in, out, kh, kw]`. Cost: one copy.
struct TransposedKernel: Operation {
  static let name = "transposed_kernel"

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let weight = inputs[0]
    guard weight.rank == 4 else { throw .rank(expected: "4 [out, in, kh, kw]", found: weight) }
    return [weight[1], weight[0], weight[2], weight[3]]
  }

  func cost(_ inputs: [Shape]) -> Cost { Cost(bytes: 8 * inputs[0].count) }

  func reference(_ inputs: [Reference]) -> Reference {
    let weight = inputs[0].shape
    let (outputs, channels, taps) = (weight[0], weight[1], weight[2] * weight[3])
    var values: [Double] = []
    values.reserveCapacity(weight.count)
    for c in 0..<channels {
      for o in 0..<outputs {
        for tap in (0..<taps).reversed() {
          values.append(inputs[0].values[(o * channels + c) * taps + tap])
        }
      }
    }
    return Reference(shape: [channels, outputs, weight[2], weight[3]], values: values)
  }
}

extension TransposedKernel: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let weight = try binding.contiguousOperand(0)
    let output = try binding.contiguousOutput()
    let shape = binding.inputs[0].shape
    let (outputs, channels, taps) = (shape[0], shape[1], shape[2] * shape[3])
    return KernelCall(items: channels) { frame, range in
      for channel in range {
        for index in 0..<outputs {
          let source = unsafe weight.pointer(frame) + (index * channels + channel) * taps
          let target = unsafe output.pointer(frame) + (channel * outputs + index) * taps
          for tap in 0..<taps { unsafe target[tap] = source[taps - 1 - tap] }
        }
      }
    }
  }
}
