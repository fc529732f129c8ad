import DataFiles
import Documents

extension ModelFile {
  /// A vector over the free parameters from a JSON file of names and numbers; names that are left
  /// out count 0.
  ///
  /// - Throws: `InvalidInput` for names that are no free parameters.
  public func direction(fromFile path: String) throws(InvalidInput) -> [Double] {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path)
    } catch {
      throw InvalidInput(file: path, error.reason)
    }
    var diagnostics = Diagnostics(file: path)
    guard let root = JSON.parse(bytes, &diagnostics),
      var reader = ObjectReader(
        root, describedAs: "the vector", keysCalled: "free parameter", &diagnostics)
    else { throw InvalidInput(diagnostics: diagnostics.sorted) }
    let vector = parameters.freeNames.map { reader.number($0, &diagnostics) ?? 0 }
    reader.finish(&diagnostics)
    try diagnostics.throwIfErrors()
    return vector
  }

  /// Sets the folder of the results.
  ///
  /// - Parameter path: Absolute, or relative to the working directory.
  public mutating func setResultsDirectory(_ path: String) {
    // `output` is relative to the model file.
    if path.hasPrefix("/") || folder.isEmpty {
      output = path
    } else {
      output = FileBytes.currentFolder + "/" + path
    }
  }
}

extension ChannelModel {
  /// Names of the resonances.
  public var resonances: [String] { amplitude.resonances }
}
