import EdgeGraph

/// Of depthwise convolutions and of those in groups. Dense ones become matrix products; see
/// ``FuseProducts``.
extension Convolution: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    DepthwiseProduct(convolution: self).temporaryCount(request)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    try DepthwiseProduct(convolution: self).bind(binding)
  }
}
