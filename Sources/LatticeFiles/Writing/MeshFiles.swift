import BeamDynamics
import CollectiveEffects
import DataFiles
import Documents

/// The files of the mesh of one kick: charge density, potential and field as NumPy arrays, and what
/// they mean.
struct MeshFiles {
  let fields: MeshFields
  let inputs: EffectSlice<Double>
  let place: EffectPlace

  /// How the names of the files end, and what is in them.
  static let endings: KeyValuePairs = [
    ".rho.npy": "charge density", ".phi.npy": "potential", ".E.npy": "electric field",
    ".json": "mesh",
  ]

  /// Writes `path` with all ``endings``.
  ///
  /// - Returns: The files, complete and not yet in their places.
  /// - Throws: `DataFileError`
  func write(to path: String) throws -> [FileWriter] {
    let shape = Array(fields.nodes.reversed())
    return [
      try array(fields.density, shape, path + ".rho.npy"),
      try array(fields.potential, shape, path + ".phi.npy"),
      try array(fields.field, [3] + shape, path + ".E.npy"),
      try description(path + ".json"),
    ]
  }

  private func array(_ values: [Double], _ shape: [Int], _ path: String) throws -> FileWriter {
    let writer = try FileWriter(path: path)
    try NPYFile(shape: shape, values: values).write(to: writer)
    return writer
  }

  /// Where the nodes are, and the units.
  private func description(_ path: String) throws -> FileWriter {
    let document: JSONText = [
      "place": .string(place.name),
      "slice": .integer(place.slice.index + 1),
      "slices": .integer(place.slice.count),
      "s": .number(inputs.reference.s),
      "gamma": .number(inputs.reference.gamma),
      "length": .number(inputs.length),
      "axes": .array(fields.axes.map { .string($0) }),
      "nodes": .array(fields.nodes.map { .integer($0) }),
      "origin": .numbers(fields.origin),
      "spacing": .numbers(fields.spacing),
      "cell_volume": .number(fields.cellVolume),
      "charge": .number(fields.charge),
      "units": [
        "rho": "C/m^3", "phi": "V", "E": "V/m", "s": "m", "length": "m", "origin": "m",
        "spacing": "m", "cell_volume": "m^3", "charge": "C",
      ],
    ]
    let writer = try FileWriter(path: path)
    try writer.append(document.pretty + "\n")
    return writer
  }
}
