/// Colours for the numbers from 0 to 1, whose lightness grows evenly.
enum ColorMap {
  /// The number of colours. The steps in lightness are 1.3 of 100, about the smallest visible ones.
  static let levels = 64

  /// Coefficients for red, green and blue, constant first: a fit of sixth degree to the map
  /// "viridis" of S. van der Walt and N. Smith (CC0) by M. Zucker (CC0), whose largest difference
  /// from it is about 0.02.
  private static let coefficients: [[Double]] = [
    [0.277727, 0.105093, -0.330862, -4.634230, 6.228270, 4.776385, -5.435456],
    [0.005407, 1.404614, 0.214848, -5.799101, 14.179933, -13.745145, 4.645853],
    [0.334100, 1.384590, 0.095095, -19.332441, 56.690553, -65.353033, 26.312435],
  ]

  /// The colour of a level from 0 to ``levels`` − 1.
  static func color(_ level: Int) -> Color {
    let t = Double(level) / Double(levels - 1)
    let parts = coefficients.map { $0.reversed().reduce(0) { $0 * t + $1 } }
    return Color(red: parts[0], green: parts[1], blue: parts[2])
  }
}
