import EdgeGraph

/// A layer or block that maps one tensor to another and holds its parameters.
public protocol Module: Sendable {
  func callAsFunction(_ x: Tensor) -> Tensor
}
