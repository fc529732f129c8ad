import BeamDynamics
import Documents

/// Reads a mixture of beams: its components, and the shape of the whole, if it has one.
enum MixtureReader {
  private static let shapes = BeamShapeDescription.Form.allCases.map(\.rawValue)

  /// The mixture and its shape: the one that is given, or that of the components together.
  ///
  /// Without a shape of the whole, each component has one of its own. With it, components may have a
  /// `scale` instead.
  static func read(
    _ reader: inout ObjectReader, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> (distribution: MixtureDistribution, shape: BeamShapeDescription)? {
    let mistakes = diagnostics.entries.count
    let nodes = reader.array("components", required: true, &diagnostics)
    let given = reader.exactlyOne(of: shapes, isOptional: true, &diagnostics)
    let hasShape = shapes.contains { reader.contains($0) }
    if !hasShape {
      for key in ["mean", "dispersion"] where reader.contains(key) {
        _ = reader.node(key)
        diagnostics.error(
          "a mixture without a shape as a whole has the sizes of its components: give them the "
            + quoted(key),
          at: reader.position(of: key))
      }
    }
    let whole = DistributionReader.readShape(
      given, &reader, numbers: .ofBeam, &bindings, &diagnostics)
    reader.finish(known: shapes, &diagnostics)
    bindings += NumberPlaces.ofBeam.bindings(of: reader)
    var components: [MixtureComponent] = []
    for (number, node) in (nodes ?? []).enumerated() {
      if let component = readComponent(
        node, number, ofShapedWhole: hasShape, constants: reader.constants, &bindings,
        &diagnostics)
      {
        components.append(component)
      }
    }
    guard nodes != nil, diagnostics.entries.count == mistakes else { return nil }
    do {
      let mixture = try MixtureDistribution(components)
      return (mixture, whole ?? BeamShapeDescription(ofShape: mixture.shape))
    } catch {
      diagnostics.error("\(error)", at: reader.position(of: "components"))
      return nil
    }
  }

  private static func readComponent(
    _ node: JSONNode, _ number: Int, ofShapedWhole hasShape: Bool, constants: ConstantTable?,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> MixtureComponent? {
    guard
      var reader = ObjectReader(
        node, describedAs: "component \(number + 1) of the mixture", constants: constants,
        &diagnostics)
    else { return nil }
    let weight = reader.number("weight", in: .nonNegative, required: true, &diagnostics)
    let distribution = DistributionReader.readKind(&reader, &diagnostics)
    if let distribution, let reason = obstacle(to: distribution) {
      diagnostics.error(reason, at: reader.position(of: "kind"))
    }
    let path = NumberPlaces.settings(path: "beam.distribution.components[\(number)]")
    let forms = hasShape ? ["scale"] + shapes : shapes
    let given = reader.exactlyOne(of: forms, isOptional: hasShape, &diagnostics)
    let scale = hasShape ? reader.number("scale", in: .positive, &diagnostics) : nil
    let shape = DistributionReader.readShape(
      given == "scale" ? nil : given, &reader, numbers: path, &bindings, &diagnostics)
    if shape == nil {
      for key in ["mean", "dispersion"] where reader.contains(key) && hasShape {
        diagnostics.error(
          "\(reader.subject) has a \(quoted(key)), and needs a shape beside it: "
            + listed(shapes),
          at: reader.position(of: key))
      }
    }
    reader.finish(known: forms, &diagnostics)
    bindings += path.bindings(of: reader)
    guard let weight, let distribution else { return nil }
    if let shape { return MixtureComponent(weight: weight, distribution, describedBy: shape) }
    return MixtureComponent(weight: weight, distribution, scale: scale ?? 1)
  }

  /// Why a distribution is no component; nil if it may be one.
  private static func obstacle(to distribution: any Distribution) -> String? {
    let kind = quoted(type(of: distribution).kind)
    if distribution is MixtureDistribution {
      return "a mixture is no component of another: give its components directly"
    }
    if distribution is any SizedDistribution {
      return "a distribution of kind \(kind) brings its own sizes, and is no component of a mixture"
    }
    return nil
  }
}
