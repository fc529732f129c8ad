import ArgumentParser
import Communication
import PartialWaves
import Terminal

/// Options of every command that evaluates a model.
struct ModelOptions: ParsableArguments {
  @Argument(help: "The model file.", completion: .file(extensions: ["json"]))
  var modelFile: String

  @Option(name: .shortAndLong, help: "The folder of the results, instead of the model file's.")
  var output: String?

  @Option(help: "How prepared events are kept: double, single, or file (on the disk).")
  var storage: EventStorage?

  @Option(help: "double, or float: numbers of events rounded to 6e-8, as --storage single.")
  var precision: Precision?

  enum Precision: String, ExpressibleByArgument, CaseIterable {
    case double, float
  }

  @Flag(name: .shortAndLong, help: "Print no progress and no table.")
  var quiet = false

  func validate() throws {
    if storage != nil, precision != nil {
      throw ValidationError("--storage says more than --precision: give one of them")
    }
    if output == "" { throw ValidationError("--output must not be empty") }
  }

  /// The model file, with the options of the command line.
  func read() throws -> ModelFile {
    var model = try ModelFile.read(modelFile)
    for warning in model.warnings { StandardError.write("\(warning)\n") }
    if let output { model.setResultsDirectory(output) }
    if let storage { model.storage = storage }
    if let precision { model.storage = precision == .float ? .single : .double }
    return model
  }

  /// The model with its events, after `change` is applied to the file.
  func load(
    _ workers: Workers, _ share: ShareOptions? = nil,
    _ change: (inout ModelFile) -> Void = { _ in }
  ) throws -> LoadedModel {
    var file = try read()
    change(&file)
    try share?.check(file, workers)
    let model = try file.load(workers: share?.fitting(workers) ?? workers)
    for note in model.notes where !quiet { StandardError.write("\(note)\n") }
    return model
  }
}

extension EventStorage: ExpressibleByArgument {}
