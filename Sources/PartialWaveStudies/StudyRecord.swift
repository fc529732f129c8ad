import Communication
import DataFiles
import Documents
import PartialWaves

/// The files of a study: NAME.json for programs, NAME.csv and NAME.md for readers.
public struct StudyRecord: Sendable {
  /// The name of the files, without extension.
  public let name: String
  /// The table of the CSV and Markdown files.
  public let table: StudyTable
  /// The content of the JSON file.
  public let text: JSONText
  /// The processes that share the events.
  private let communicator: any Communicator

  /// - Parameter members: The members of the JSON file beside the model and its fit.
  init(
    _ name: String, of fitted: FittedModel, _ table: StudyTable, _ members: [(String, JSONText)]
  ) {
    self.name = name
    self.table = table
    communicator = fitted.model.likelihood.workers.communicator
    text = .object(
      [
        ("program", "pwafit"), ("model_file", .string(fitted.model.file.path)),
        ("nll", .number(fitted.value)), ("free_parameters", .integer(fitted.freeParameterCount)),
      ] + members)
  }

  /// Writes the three files; each is whole or not there. The first process writes, for all that share the events.
  ///
  /// - Throws: `DataFileError` if a file cannot be written, in all processes.
  public func write(to folder: String) throws {
    try communicator.inFirst {
      try AtomicFile.write(to: "\(folder)/\(name).json") { try $0.append(text.pretty) }
      try AtomicFile.write(to: "\(folder)/\(name).md") { try $0.append(table.markdown) }
      try table.writeCSV(to: "\(folder)/\(name).csv")
    }
  }
}

extension TailProbability {
  /// The members that describe it in a record.
  var members: [(String, JSONText)] {
    [
      ("p", .number(value)), ("log10_p", .number(decimalLogarithm)),
      ("z_two_sided", .number(twoSidedSignificance)), ("z_one_sided", .number(significance)),
    ]
  }
}
