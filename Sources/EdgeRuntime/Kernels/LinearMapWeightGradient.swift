import CEdgeKernels
import EdgeGraph

extension LinearMapWeightGradient: Kernel {
  private func split(_ inputs: [Shape], _ options: RuntimeOptions) -> GradientSplit {
    let rows = inputs[0].rows
    return GradientSplit(
      batch: rows, rows: rows, outputs: inputs[0].columns, columns: inputs[1].columns,
      threads: options.threads)
  }

  /// The first part is summed in the output.
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    (split(request.inputs, request.options).parts - 1) * request.output.count
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, x) = (try binding.operand(0), try binding.operand(1))
    let (output, temporary) = (binding.output, binding.temporary)
    let columns = output.columns
    let split = split(binding.inputs.map(\.shape), binding.options)
    let product = RowProduct(isa: binding.isa, isRounded: binding.precision == .bfloat16)
    let sums = split.call(
      scratchCount: RowProduct.scratchCount(outputs: output.rows, columns: columns)
    ) { frame, rows, outputs, part in
      let sum =
        part == 0
        ? unsafe output.pointer(frame, row: outputs.lowerBound)
        : unsafe temporary.pointer(frame) + (part - 1) * output.rows * columns
      let right = unsafe ek_rows(
        at: x.pointer(frame, row: rows.lowerBound), stride: Int64(x.stride),
        group: Int64(max(rows.count, 1)), group_stride: 0)
      unsafe product.run(
        (outputs.count, columns, rows.count),
        dy.pointer(frame, row: rows.lowerBound) + outputs.lowerBound, stride: dy.stride, right,
        to: sum, stride: part == 0 ? output.stride : columns, scratch: frame.scratch)
    }
    guard split.parts > 1 else { return sums }
    let code = binding.isa.code
    return KernelCall(before: [sums], items: output.rows) { frame, range in
      let sum = unsafe output.pointer(frame, row: range.lowerBound)
      for part in 0..<split.parts - 1 {
        unsafe ek_add_f32(
          code, Int64(range.count), Int64(columns), sum, Int64(output.stride),
          temporary.pointer(frame) + (part * output.rows + range.lowerBound) * columns,
          Int64(columns), sum, Int64(output.stride))
      }
    }
  }
}
