import SystemLibrary

/// Cells of a mesh that are so long that three dimensions mean nothing.
///
/// In the frame where the bunch is at rest, charge a cell away along the beam is seen across it under
/// the angle W/h at most, where h is the cell's length and W the mesh's width: the next cell's share in
/// forces across is of the order of (W/h)². From h = 100 W on that is 1e-4, less than what the mesh errs by
/// itself (0.3 (h/σ)² of the field, 1e-2 for 64 cells over a Gaussian). Each slice is then on its
/// own, and what is left of the third dimension is the force along the beam: the slope of the line
/// density times a logarithm of h/W. In free space: fields spread to the sides as far as the bunch is
/// long at rest, where there is always a pipe, and its radius belongs into that logarithm.
public struct LongCells: Sendable, Hashable {
  /// Of a cell at rest [m].
  public var length: Double
  /// Lengths per width of the mesh, the larger of both.
  public var perWidth: Double

  /// From where cells are called long.
  static let limit = 100.0

  /// nil for cells that are not long.
  init?(length: Double, width: Double) {
    guard length > Self.limit * width else { return nil }
    self.length = length
    perWidth = length / width
  }

  /// What it means, and what to do about it.
  var remark: String {
    func short(_ number: Double) -> String { String(number, significantDigits: 2) }
    return
      "space charge: at rest, a cell of the 3-D mesh is \(short(length)) m long, \(short(perWidth)) times "
      + "as long as the mesh is wide: kicks across the beam are those of each slice by itself, and the kick along it is that "
      + "of free space, without a pipe; use the model \"2.5D\" with the \"pipe_radius\""
  }
}
