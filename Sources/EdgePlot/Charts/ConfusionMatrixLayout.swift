/// Where the parts of a confusion matrix go, in points.
struct ConfusionMatrixLayout: Equatable {
  let size: Size
  let matrix, colorScale: Rectangle
  /// The side of a class's square.
  let cell: Double
  /// Names are written at the sides.
  let showsNames: Bool
  /// Those below the matrix are turned.
  let turnsNames: Bool

  /// The least side of a square that has room for a name.
  static let smallestNamed = 8.0
  private static let largest = 900.0

  var nameStyle: TextStyle { Self.nameStyle(cell: cell) }

  static func nameStyle(cell: Double) -> TextStyle {
    TextStyle(size: min(11.5, cell * 0.82), color: .ink)
  }

  /// Squares of 44 points, more for a few classes and fewer for many: a matrix of 240 to 900
  /// points. Squares that can be told apart have whole points.
  static func cell(classCount: Int) -> Double {
    let side = min(max(44 * Double(classCount), 240), largest)
    let cell = side / Double(classCount)
    return cell >= 2 ? cell.rounded(.down) : cell
  }

  /// - Parameter nameWidth: of the widest name, 0 where none are written.
  init(classCount: Int, hasTitle: Bool, nameWidth: Double) {
    cell = Self.cell(classCount: classCount)
    showsNames = cell >= Self.smallestNamed
    turnsNames = nameWidth > cell - 6
    let side = cell * Double(classCount)
    let leftNames = showsNames ? nameWidth + 6 : 0
    let lowNames =
      showsNames ? (turnsNames ? nameWidth : Self.nameStyle(cell: cell).lineHeight) + 6 : 0
    matrix = Rectangle(
      x: 38 + leftNames, y: hasTitle ? 44 : 16, width: side, height: side)
    let height = min(side, 320)
    colorScale = Rectangle(
      x: matrix.right + 20, y: matrix.center.y - height / 2, width: 13, height: height)
    size = Size(
      width: colorScale.right + 68, height: matrix.bottom + lowNames + 36)
  }
}
