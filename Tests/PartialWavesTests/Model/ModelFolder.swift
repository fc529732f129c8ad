import Communication
import PartialWaves
import Support

/// A model file with the files that it names.
struct ModelFolder {
  let files: TemporaryFolder
  let path: String

  init(_ text: String) throws {
    files = try TemporaryFolder()
    path = try files.write(text, to: "model.json")
  }

  func read() throws -> ModelFile { try ModelFile.read(path) }

  func load(_ workers: Workers = .one) throws -> LoadedModel {
    try read().load(workers: workers)
  }
}
