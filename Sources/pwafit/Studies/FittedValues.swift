import ArgumentParser
import DataFiles
import PartialWaves
import Terminal

/// Options of every command that follows a fit: the model, and where its values are.
struct FittedValues: ParsableArguments {
  @OptionGroup var model: ModelOptions

  @Option(
    help: """
      A model file whose values are the fit's. Default: fitted-model.json in the folder of the results if there is \
      one, else the model itself.
      """)
  var values: String?

  /// The model with its own events, at the values of its fit, after `change` has seen the file.
  ///
  /// Data that the model draws are drawn at the values of the model file itself, as the fit saw them.
  func load(_ change: (inout ModelFile) -> Void) throws -> LoadedModel {
    let loaded = try model.load(change)
    let usual = loaded.file.resultsDirectory + "/fitted-model.json"
    let found = values ?? (FileNames.exists(usual) ? usual : nil)
    try Folders.make(loaded.file.resultsDirectory)
    guard let found else { return loaded }
    if values == nil, !model.quiet { StandardError.write("the values are those of \(found)\n") }
    let fitted = try ModelFile.read(found)
    return loaded.with(parameters: try loaded.file.adopting(fitted.parameters).parameters)
  }
}
