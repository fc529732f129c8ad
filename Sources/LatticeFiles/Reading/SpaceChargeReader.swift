import BeamDynamics
import CollectiveEffects
import Documents
import FourierTransform

extension RunFile.TrackingDescription {
  /// The method that a run file asks for, before the rest of it is read: it decides what a beam must
  /// have. `particles` if there is none, or none of this name.
  static func method(in root: JSONNode) -> RunFile.Method {
    guard let tracking = root.member("tracking"),
      case .string(let name)? = tracking.member("method")?.value
    else { return .particles }
    return RunFile.Method(rawValue: name) ?? .particles
  }

  /// Whether a run file's particles kick each other as those of a continuous beam, which decides
  /// what a beam has, too.
  static func isContinuous(in root: JSONNode) -> Bool {
    guard method(in: root) == .particles,
      case .string(let name)? = root.member("tracking")?.member("space_charge")?.member("model")?
        .value
    else { return false }
    return SpaceChargeModels.named(name)?.isContinuous ?? false
  }

  /// Reads "space_charge", which envelopes and particles have.
  mutating func readSpaceCharge(_ reader: inout ObjectReader, _ diagnostics: inout Diagnostics) {
    guard
      var object = reader.object(
        "space_charge", describedAs: "\"space_charge\"", &diagnostics)
    else { return }
    switch method {
    case .envelope: readEnvelopeCharge(&object, &diagnostics)
    case .particles:
      particleSpaceCharge = SpaceChargeDescription.read(
        &object, at: reader.position(of: "space_charge"), &diagnostics)
    case .reference:
      diagnostics.error(
        "\"space_charge\" is there for particles and envelopes, not for the method "
          + quoted(method.rawValue), at: reader.position(of: "space_charge"))
    }
  }

  private mutating func readEnvelopeCharge(
    _ object: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) {
    let models = EnvelopeSpaceCharge.Model.allCases.map(\.rawValue)
    let model = object.choice("model", among: models, required: true, &diagnostics)
    let slicings = EffectSlicing.allCases.map(\.rawValue)
    let slicing = object.choice("slicing", among: slicings, &diagnostics)
    object.finish(&diagnostics)
    guard let model = model.flatMap(EnvelopeSpaceCharge.Model.init) else { return }
    spaceCharge = EnvelopeSpaceCharge(
      model, slicing: slicing.flatMap(EffectSlicing.init) ?? .strang)
  }

  /// Reports a beam that does not have what its space charge comes from.
  func checkSpaceCharge(
    of beam: BeamDescription?, in root: JSONNode, _ diagnostics: inout Diagnostics
  ) {
    guard let beam else { return }
    let position = root.member("beam")?.position ?? root.position
    func need(_ key: String, model: String) {
      diagnostics.error(
        "space charge of the model \(quoted(model)) needs the beam's \(quoted(key))", at: position)
    }
    switch spaceCharge?.model {
    case .planar where beam.current == nil: need("current", model: "2D")
    case .spatial where beam.current != nil || beam.charge == nil: need("charge", model: "3D")
    default: break
    }
    guard let kick = particleSpaceCharge else { return }
    if kick.model.isContinuous {
      if beam.current == nil { need("current", model: kick.model.name) }
    } else if beam.current != nil || beam.charge == nil {
      need("charge", model: kick.model.name)
    }
  }
}

extension SpaceChargeDescription {
  /// Reads the space charge of particles.
  static func read(
    _ object: inout ObjectReader, at position: SourcePosition, _ diagnostics: inout Diagnostics
  ) -> SpaceChargeDescription? {
    var options = SpaceChargeOptions()
    let names = SpaceChargeModels.all.map { $0.name }
    let model = object.choice("model", among: names, required: true, &diagnostics)
      .flatMap(SpaceChargeModels.named)
    let dimensions = model?.meshDimensions ?? 3
    readMesh(&object, dimensions, &options, &diagnostics)
    if model?.hasProfile == true {
      if let bins = object.integer("bins", in: 2...1_000_000, &diagnostics) { options.bins = bins }
      options.pipeRadius = object.number(
        "pipe_radius", in: Double.leastNonzeroMagnitude...1e6, required: true, &diagnostics)
    }
    let slicings = EffectSlicing.allCases.map(\.rawValue)
    if let name = object.choice("slicing", among: slicings, &diagnostics) {
      options.slicing = EffectSlicing(rawValue: name) ?? options.slicing
    }
    object.finish(&diagnostics)
    // What is missing has been said.
    guard let model, !model.hasProfile || options.pipeRadius != nil else { return nil }
    let description = SpaceChargeDescription(model, options)
    do {
      _ = try description.makeKick()
    } catch {
      diagnostics.error("\(error)", at: position)
      return nil
    }
    return description
  }

  /// Reads how many cells there are, and where, and how charges and fields meet them.
  private static func readMesh(
    _ object: inout ObjectReader, _ dimensions: Int, _ options: inout SpaceChargeOptions,
    _ diagnostics: inout Diagnostics
  ) {
    guard dimensions > 0 else { return }
    let shapes = ParticleShape.allCases.map(\.name)
    if let name = object.choice("shape", among: shapes, &diagnostics) {
      options.shape = ParticleShape(named: name) ?? options.shape
    }
    if let name = object.choice("gather", among: ["same", "linear"], &diagnostics) {
      options.gather = name == "linear" ? .linear : nil
    }
    let precisions = MeshPrecision.allCases.map(\.rawValue)
    if let name = object.choice("precision", among: precisions, &diagnostics) {
      options.precision = MeshPrecision(rawValue: name) ?? options.precision
    }
    let plannings = FourierPlanning.allCases.map(\.rawValue)
    if let name = object.choice("planning", among: plannings, &diagnostics) {
      options.planning = FourierPlanning(rawValue: name) ?? options.planning
    }
    if let cells = object.numbers("cells", count: dimensions, required: true, &diagnostics) {
      let counts = cells.map { $0.rounded() == $0 ? Int(exactly: $0) ?? -1 : -1 }
      let position = object.position(of: "cells")
      if counts.contains(where: { $0 < 2 || $0 > 1 << 20 }) {
        diagnostics.error(
          "\"cells\" are whole numbers from 2 to \(1 << 20)", at: position)
      } else {
        options.cells = counts
        let rounded = counts.map { smoothLength(atLeast: $0) }
        if rounded != counts {
          diagnostics.warning(
            "\"cells\" are rounded up to \(rounded), which have no prime factors above 7",
            at: position)
          options.cells = rounded
        }
      }
    }
    let padding = object.number("padding", in: 1...100, &diagnostics) ?? 1.1
    options.box = .following(padding: padding)
    if let growth = object.number("growth", in: 1.0001...10, &diagnostics) {
      options.box = .growing(padding: padding, factor: growth)
    }
    guard var box = object.object("box", describedAs: "\"box\"", &diagnostics) else { return }
    var ranges: [ClosedRange<Double>] = []
    for axis in ["x", "y", "z"].prefix(dimensions) {
      guard let ends = box.numbers(axis, count: 2, required: true, &diagnostics) else { continue }
      guard ends[0] < ends[1] else {
        diagnostics.error(
          "\(quoted(axis)) of the box is its lower and its upper end, in this order",
          at: box.position(of: axis))
        continue
      }
      ranges.append(ends[0]...ends[1])
    }
    box.finish(&diagnostics)
    guard ranges.count == dimensions else { return }
    options.box = .fixed(x: ranges[0], y: ranges[1], z: dimensions > 2 ? ranges[2] : 0...1)
  }

  /// The members of "space_charge" that say this again.
  var members: [(String, JSONText)] {
    var members: [(String, JSONText)] = [("model", .string(model.name))]
    if model.meshDimensions > 0 {
      members.append(
        ("cells", .array(options.cells.prefix(model.meshDimensions).map { .integer($0) })))
      members.append(("shape", .string(options.shape.name)))
      members.append(("gather", .string(options.gather == .linear ? "linear" : "same")))
      switch options.box {
      case .following(let padding): members.append(("padding", .number(padding)))
      case .growing(let padding, let factor):
        members.append(("padding", .number(padding)))
        members.append(("growth", .number(factor)))
      case .fixed(let x, let y, let z):
        let ranges = [("x", x), ("y", y), ("z", z)].prefix(model.meshDimensions)
        members.append(
          (
            "box",
            .object(
              ranges.map { ($0.0, .array([.number($0.1.lowerBound), .number($0.1.upperBound)])) })
          ))
      }
      members.append(("precision", .string(options.precision.rawValue)))
      members.append(("planning", .string(options.planning.rawValue)))
    }
    if model.hasProfile {
      members.append(("bins", .integer(options.bins)))
      if let radius = options.pipeRadius { members.append(("pipe_radius", .number(radius))) }
    }
    members.append(("slicing", .string(options.slicing.rawValue)))
    return members
  }
}

extension JSONNode {
  /// The value of a key; nil if there is none, or if this is no object.
  fileprivate func member(_ key: String) -> JSONNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.value
  }
}

extension ElementCatalog {
  /// The elements of this package: those that run files may name where nothing is added.
  public static let standard: ElementCatalog = .beamElements + .spaceCharge
}
