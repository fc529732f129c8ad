import DataFiles

/// The completed toys of a study: `toys-done.json`. A later run may have more or fewer toys.
public typealias ToyJournal = RunJournal<ToyResult>

extension RunJournal<ToyResult> {
  /// The journal of a study in a folder.
  ///
  /// - Throws: `DataFileError` if a file of the model cannot be read.
  public init(_ folder: String, _ study: ToyStudy) throws {
    var settings = study.settings
    settings.toys = 0
    let model = try study.model.file.fingerprint()
    self.init(
      path: folder + "/toys-done.json",
      fingerprint: Fingerprint(of: "\(model.rawValue) \(settings)"))
  }
}
