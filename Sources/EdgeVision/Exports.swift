// What an application needs to name, so that `import EdgeVision` is enough. Single declarations,
// because the rooms below have many names that an application uses for its own things.
@_exported import struct EdgeBoxes.Box
@_exported import struct EdgeData.EvaluationTransform
@_exported import struct EdgeData.Image
@_exported import enum EdgeData.ImageError
@_exported import enum EdgeData.ImageFiles
@_exported import struct EdgeData.Mask
@_exported import enum EdgeData.ResizeFilter
@_exported import enum EdgeFormats.FormatError
@_exported import struct EdgeFormats.WeightsMetadata
@_exported import struct EdgeGraph.Shape
@_exported import struct EdgeModels.ModelDescription
@_exported import enum EdgeModels.ModelError
@_exported import enum EdgeModels.NetworkTask
@_exported import enum EdgeRuntime.ISA
@_exported import enum EdgeRuntime.Precision
@_exported import enum EdgeRuntime.RuntimeError
@_exported import struct EdgeRuntime.RuntimeOptions
