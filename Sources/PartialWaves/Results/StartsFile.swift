import DataFiles
import Documents

/// The completed starts of a fit: `starts.json`.
public typealias StartsFile = RunJournal<FitAttempt>

extension RunJournal<FitAttempt> {
  /// The journal of a model's fit in a folder.
  ///
  /// - Throws: `DataFileError` if a file of the model cannot be read.
  public init(_ folder: String, _ model: ModelFile) throws {
    self.init(path: folder + "/starts.json", fingerprint: try model.fingerprint())
  }
}

extension ModelFile {
  /// A fingerprint of everything on which results depend: the program's version, the model, the
  /// values of its parameters, the options of the fit except the number of starts, and every byte
  /// of the files that it reads.
  ///
  /// - Throws: `DataFileError` if one of these cannot be read.
  public func fingerprint() throws -> Fingerprint {
    var text = JSONText(root)
    // The options of the fit are added below, as they are after the command line; the folder of the
    // results does not matter.
    for key in ["fit", "output"] { text.update([key]) { $0 = .null } }
    var settings = fit
    settings.starts = 0
    var parts = [
      PackageVersion.current, text.line, "\(parameters.parameters)", "\(settings)",
      storage.rawValue,
    ]
    for path in channels.flatMap(\.files) {
      do {
        parts.append(try Fingerprint.ofFile(resolved(path)).fingerprint.rawValue)
      } catch {
        throw DataFileError(path: resolved(path), error.reason)
      }
    }
    return Fingerprint(of: parts.joined(separator: "\n"))
  }
}
