import ArgumentParser
import Documents
import PartialWaves

/// Options of every command that fits.
struct MethodOptions: ParsableArguments {
  @Option(help: "The optimizer, instead of the model file's.")
  var method: String?

  func validate() throws {
    let names = FitMethods.catalog.names
    guard let method, !names.contains(method) else { return }
    let suggestion = nearestName(to: method, among: names).map { "; did you mean \(quoted($0))?" }
    throw ValidationError(
      "there is no method \(quoted(method)) for fits; there are "
        + names.joined(separator: ", ") + (suggestion ?? ""))
  }
}
