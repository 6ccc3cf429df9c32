/// How a series is told from others: by color, and by dashes where the colors are used up.
struct SeriesStyle: Equatable {
  let color: Color
  let dash: Double

  init(index: Int) {
    color = Color.palette[index % Color.palette.count]
    dash = [0, 6, 2][index / Color.palette.count % 3]
  }

  /// Each name's style, in the order in which names appear: the same name looks the same in all
  /// panels.
  static func styles(of names: some Sequence<String>) -> [String: SeriesStyle] {
    var styles: [String: SeriesStyle] = [:]
    for name in names where styles[name] == nil {
      styles[name] = SeriesStyle(index: styles.count)
    }
    return styles
  }
}
