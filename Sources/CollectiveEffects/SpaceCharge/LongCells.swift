import SystemLibrary

/// Cells of a mesh that are so long that the third dimension of the mesh is meaningless.
///
/// In the rest frame of the bunch, charge one cell away along the beam appears at an angle of at
/// most W/h to the beam, where h is the cell's length and W the mesh's width. The contribution of
/// the next cell to transverse forces is of the order of (W/h)². From h = 100 W on it is below
/// 1e-4, less than the error of the mesh itself (0.3 (h/σ)² of the field, 1e-2 for 64 cells over a
/// Gaussian). The transverse kick is then that of each slice alone. The third dimension only adds
/// the longitudinal force: the slope of the line density times a logarithm of h/W. This is the
/// force in free space. At such lengths, fields extend transversely as far as the length of the
/// bunch at rest, where there is always a pipe, whose radius belongs in that logarithm.
public struct LongCells: Sendable, Hashable {
  /// The length of a cell at rest [m].
  public var length: Double
  /// The length over the mesh's width, the larger of both transverse sides.
  public var perWidth: Double

  /// The ratio above which cells are called long.
  static let limit = 100.0

  /// Long cells of a length [m] that was measured before.
  init(length: Double, perWidth: Double) {
    self.length = length
    self.perWidth = perWidth
  }

  /// nil for cells that are not long.
  init?(length: Double, width: Double) {
    guard length > Self.limit * width else { return nil }
    self.length = length
    perWidth = length / width
  }

  /// A warning with its consequences and a remedy.
  var remark: String {
    func short(_ number: Double) -> String { String(number, significantDigits: 2) }
    return
      "space charge: at rest, a cell of the 3-D mesh is \(short(length)) m long, \(short(perWidth)) times "
      + "as long as the mesh is wide: transverse kicks are those of each slice alone, and the longitudinal kick is that "
      + "of free space, without a pipe; use the model \"2.5D\" with the \"pipe_radius\""
  }
}
