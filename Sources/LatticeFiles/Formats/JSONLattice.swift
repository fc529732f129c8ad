import BeamDynamics
import Documents

/// The lattice of a run file, or an object with "elements", "lines" and "use" by itself.
///
/// Its constants stand for their values there: another run file's variables do not reach them.
public enum JSONLattice: LatticeFormat {
  public static let name = "json"
  public static let endings = [".json"]
  public static let summary = "A run file, of which the lattice is taken, or a lattice by itself."

  public static func read(
    _ path: String, line: String?, model: ElementModel?
  ) throws(InvalidInput) -> LatticeFile {
    var diagnostics = Diagnostics(file: path)
    guard let root = JSON.parse(try RunFile.bytes(of: path), &diagnostics) else {
      throw InvalidInput(diagnostics: diagnostics.sorted)
    }
    let beamline = read(root, line: line, model: model, &diagnostics)
    try diagnostics.throwIfErrors()
    guard let beamline else { throw InvalidInput(file: path, "holds no lattice") }
    return LatticeFile(beamline, warnings: diagnostics.sorted)
  }

  private static func read(
    _ root: JSONNode, line: String?, model: ElementModel?, _ diagnostics: inout Diagnostics
  ) -> Beamline? {
    guard var reader = ObjectReader(root, describedAs: "the file", &diagnostics) else { return nil }
    let constants = RunFile.readConstants(&reader, &diagnostics)
    var node = root
    if let inner = reader.node("lattice") {
      if let members = ObjectReader(inner, describedAs: "\"lattice\"", &diagnostics),
        members.contains("file")
      {
        diagnostics.error(
          "the lattice is that of another file; name that file instead", at: inner.position)
        return nil
      }
      node = inner
    } else if case .object(let members) = root.value {
      // A lattice by itself may have constants beside its elements.
      node = JSONNode(.object(members.filter { $0.key != "constants" }), at: root.position)
    }
    var bindings: [Binding] = []
    return LatticeReader(
      catalog: Catalogs.current.elements, defaultModel: model, constants: constants, line: line
    ).read(node, &bindings, &diagnostics)
  }
}
