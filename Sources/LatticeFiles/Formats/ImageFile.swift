import DataFiles
import Sensitivity

/// A measured density: `.npy` of shape (cells) or (cells of the second axis, cells of the first), or
/// `.csv` with a column `density` and one row for each cell, the first axis fastest.
enum ImageFile {
  /// The intensity in each cell of `screen`, the first axis fastest.
  ///
  /// - Throws: `DataFileError` for a file that cannot be read, or does not fit the screen.
  static func read(_ path: String, _ screen: Screen) throws(DataFileError) -> [Double] {
    let values =
      path.hasSuffix(".npy") ? try readNumPy(path, screen) : try readTable(path, screen)
    if let place = values.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw DataFileError(
        path: path, "cell \(place) is \(values[place]); a density is not negative")
    }
    let sum = values.reduce(0, +)
    guard sum > 0 && sum.isFinite else { throw DataFileError(path: path, "the image is empty") }
    return values
  }

  private static func readNumPy(
    _ path: String, _ screen: Screen
  ) throws(DataFileError) -> [Double] {
    let array = try NPYFile.read(path)
    let shape = Array(screen.axes.map(\.cells).reversed())
    guard array.shape == shape else {
      throw DataFileError(path: path, "expected the shape \(shape), found \(array.shape)")
    }
    return array.values
  }

  private static func readTable(
    _ path: String, _ screen: Screen
  ) throws(DataFileError) -> [Double] {
    let table = try CSVFile.read(path, columns: { $0 == "density" })
    guard let values = table.values(of: "density") else {
      throw DataFileError(path: path, line: 1, "an image needs the column \"density\"")
    }
    guard values.count == screen.cellCount else {
      throw DataFileError(
        path: path, "the screen has \(screen.cellCount) cells, the image \(values.count)")
    }
    return values
  }
}
