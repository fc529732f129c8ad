import BeamDynamics
import DataFiles
import Documents

/// An archive of NumPy arrays: one for each column, or a single one as ``NPYBeam`` has it. It is only read.
public enum NPZBeam: BeamFormat {
  public static let name = "npz"
  public static let endings = [".npz"]
  public static let summary =
    "An archive with a NumPy array for each of x, px, y, py, t, pt, or with one array for all."

  public static func read(_ path: String) throws(DataFileError) -> ParticleTable {
    let archive = try NPZFile.read(path)
    if archive.names.count == 1, !ParticleTable.columns.contains(archive.names[0]) {
      return try ParticleTable(try archive.array(archive.names[0]), path)
    }
    var count: Int?
    return try ParticleTable(path, archive.names, firstLine: nil) {
      (name) throws(DataFileError) in
      guard archive.names.contains(name) else { return nil }
      let array = try archive.array(name)
      guard array.shape.count == 1, array.shape[0] == count ?? array.shape[0] else {
        throw DataFileError(
          path: path,
          "\(quoted(name)): expected a number for each of \(count.map { "\($0)" } ?? "the") "
            + "particles, found an array of shape \(array.shape)")
      }
      count = array.shape[0]
      return array.values
    }
  }
}
