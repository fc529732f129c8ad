import DataFiles
import Documents

/// A model as a file describes it: decay channels with their resonances, parameters, events, and
/// how to fit.
public struct ModelFile: Sendable {
  /// The file that it was read from.
  public var path: String
  /// Name of the parent.
  public var parent: String
  /// Mass of the parent [GeV].
  public var parentMass: Double
  /// Interaction radius of all barrier factors [fm].
  public var radius: Double
  /// The decay channels in the order of the file.
  public var channels: [ChannelModel]
  /// The parameters of all channels.
  public var parameters: ParameterSet
  /// How the model is fitted.
  public var fit: FitDescription
  /// The folder of the results; relative to the model file unless absolute.
  public var output = "out"
  /// How prepared events are kept.
  public var storage = EventStorage.double
  /// Warnings of the reader; they do not make the file invalid.
  public var warnings: [Diagnostic] = []
  /// The content of the file.
  let root: JSONNode
  /// The lineshapes with which it was read, and is read again after changes.
  let lineshapes: LineshapeCatalog
  /// For each parameter the keys that lead to it in the file.
  let parameterPaths: [[String]]

  /// Reads a model file.
  ///
  /// - Throws: `InvalidInput` with every mistake found, each with its place in the file.
  public static func read(
    _ path: String, lineshapes: LineshapeCatalog = .current
  ) throws(InvalidInput) -> Self {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path)
    } catch {
      throw InvalidInput(file: path, error.reason)
    }
    return try parse(bytes, path: path, lineshapes: lineshapes)
  }

  /// Reads a model file's contents.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 text.
  ///   - path: The name for messages, and the place that relative paths start from.
  ///   - lineshapes: The lineshapes that the file may name.
  /// - Throws: `InvalidInput` with every mistake found, each with its place in the file.
  public static func parse(
    _ bytes: [UInt8], path: String, lineshapes: LineshapeCatalog = .current
  ) throws(InvalidInput) -> Self {
    var diagnostics = Diagnostics(file: path)
    guard let root = JSON.parse(bytes, &diagnostics) else {
      throw InvalidInput(diagnostics: diagnostics.sorted)
    }
    let model = ModelReader.read(root, path: path, lineshapes, &diagnostics)
    try diagnostics.throwIfErrors()
    guard var model else { throw InvalidInput(file: path, "is not a model file") }
    model.warnings = diagnostics.sorted
    return model
  }

  /// The folder of the model file, with a slash; empty if the path has none.
  var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[...slash])
  }

  /// A path of the model file: relative to the model file unless absolute.
  public func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }

  /// The folder of the results.
  public var resultsDirectory: String { resolved(output) }

  /// The content of the model file with the values of `parameters`, and their errors.
  ///
  /// - Parameters:
  ///   - parameters: The parameters with their values.
  ///   - errors: Of each parameter; nil where there is none.
  public func text(
    with parameters: ParameterSet, errors: [Double?]? = nil
  ) -> JSONText {
    var text = JSONText(root)
    for (i, path) in parameterPaths.enumerated() {
      let parameter = parameters.parameters[i]
      text.update(path[...]) { number in
        guard case .object(var members) = number else { return }
        if parameter.binding == nil { members.set("value", .number(parameter.value)) }
        if let errors { members.set("error", errors[i].map { .number($0) } ?? .null) }
        number = .object(members)
      }
    }
    return text
  }

  /// The fitted model file in the folder of the results: ``text(with:errors:)`` with paths relative
  /// to that folder. Data that the model drew are replaced by the file in which they are kept,
  /// since the model would draw others with the fitted values.
  func fittedText(_ parameters: ParameterSet, errors: [Double?]) -> JSONText {
    var text = text(with: parameters, errors: errors)
    let lists =
      [
        "data", "integration", "truth", "weights", "integration_weights", "truth_weights",
      ].map { [$0] } + [["background", "data"], ["background", "integration"]]
    for channel in channels {
      for keys in lists {
        text.update((["channels", channel.name] + keys)[...]) { value in
          if case .string(let path) = value { value = .string(seenFromResults(path)) }
        }
      }
      if case .toy = channel.data {
        text.update(["channels", channel.name, "data"][...]) {
          $0 = .string(Self.eventsFile(of: channel))
        }
      }
    }
    return text
  }

  /// The file in the folder of the results that keeps data which the model drew.
  static func eventsFile(of channel: ChannelModel) -> String { "\(channel.name)-data.npy" }

  /// A path relative to the model file, made relative to the folder of the results.
  private func seenFromResults(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let steps = output.split(separator: "/").filter { $0 != "." }
    if output.hasPrefix("/") || steps.contains("..") {
      let whole = resolved(path)
      return whole.hasPrefix("/") ? whole : "\(FileBytes.currentFolder)/\(whole)"
    }
    return String(repeating: "../", count: steps.count) + path
  }
}

extension JSONText {
  /// Changes the value at a path of keys and indices, if there is one.
  mutating func update(_ path: ArraySlice<String>, _ body: (inout JSONText) -> Void) {
    guard let key = path.first else { return body(&self) }
    switch self {
    case .object(var members):
      guard let place = members.keys.firstIndex(of: key) else { return }
      members.values[place].update(path.dropFirst(), body)
      self = .object(members)
    case .array(var values):
      guard let place = Int(key), values.indices.contains(place) else { return }
      values[place].update(path.dropFirst(), body)
      self = .array(values)
    default: return
    }
  }
}

extension JSONText.Members {
  fileprivate mutating func set(_ key: String, _ value: JSONText) {
    if let place = keys.firstIndex(of: key) {
      values[place] = value
    } else {
      keys.append(key)
      values.append(value)
    }
  }
}
