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

  /// Puts the results into a folder of the caller's choice.
  public mutating func setResultsDirectory(_ path: String) {
    // A path on the command line starts from where the user is, one in a file from the file.
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
