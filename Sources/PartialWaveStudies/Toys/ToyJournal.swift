import DataFiles

/// The toys of a study that are done: `toys-done.json`. How many are asked for may change.
public typealias ToyJournal = RunJournal<ToyResult>

extension RunJournal<ToyResult> {
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
