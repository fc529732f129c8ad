import ArgumentParser
import Communication
import DataFiles
import PartialWaves
import Terminal

/// The option of every command that follows a fit: the file of the fitted values.
struct FittedValues: ParsableArguments {
  @Option(
    help: """
      A model file whose values are the fit's, those of fixed parameters too. Default: fitted-model.json in the \
      folder of the results if there is one, for the parameters that are free; else the model itself.
      """)
  var values: String?

  /// The `model` with its own events, at the values of its fit, after `change` is applied to the
  /// file.
  ///
  /// Data that the model draws are drawn at the values of the model file itself, as the fit saw
  /// them.
  func load(
    _ model: ModelOptions, _ workers: Workers, _ share: ShareOptions? = nil,
    _ change: (inout ModelFile) -> Void
  ) throws -> LoadedModel {
    let loaded = try model.load(workers, share, change)
    let usual = loaded.file.resultsDirectory + "/fitted-model.json"
    let found = values ?? (FileNames.exists(usual) ? usual : nil)
    try workers.communicator.inFirst {
      try Folders.make(loaded.file.resultsDirectory)
    }
    guard let found else { return loaded }
    if values == nil, !model.quiet { StandardError.write("the values are those of \(found)\n") }
    let fitted = try ModelFile.read(found)
    let changes = loaded.file.changes(since: fitted.parameters)
    if values == nil, !changes.isEmpty {
      // Printed with --quiet too: otherwise the result could be mistaken for one of the model that
      // was fitted.
      StandardError.write(
        "\(loaded.file.path) has changed since the fit of \(found): \(changes.joined(separator: ", ")); "
          + "only values of free parameters are taken from there\n")
    }
    let newer = loaded.file.channels.flatMap(\.files).map(loaded.file.resolved).filter {
      FileNames.isNewer($0, than: found)
    }
    if values == nil, !newer.isEmpty {
      StandardError.write(
        "\(newer.joined(separator: ", ")) changed after the fit of \(found); fit again to have its values\n"
      )
    }
    let file = try loaded.file.taking(
      valuesOf: fitted.parameters, includingFixed: values != nil)
    return try loaded.with(valuesOf: file)
  }
}
