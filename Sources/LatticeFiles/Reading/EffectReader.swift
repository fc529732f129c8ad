import BeamDynamics
import Documents

/// Reads the list of collective effects.
struct EffectReader {
  let catalog: EffectCatalog
  /// How many effects a run has before those that it lists.
  let offset: Int

  func read(
    _ reader: inout ObjectReader, _ method: RunFile.Method, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> [any CatalogEffect] {
    guard reader.contains("effects") else { return [] }
    let nodes = reader.array("effects", &diagnostics) ?? []
    return nodes.enumerated().compactMap { index, node in
      let effect = read(node, index, reader.constants, &bindings, &diagnostics)
      if let effect, method != .particles, !(effect is any LinearEffect) {
        diagnostics.error(
          "the effect \(quoted(type(of: effect).kind)) acts on particles, not on the method "
            + "\(quoted(method.rawValue)): it has no kick matrix", at: node.position)
      }
      return effect
    }
  }

  private func read(
    _ node: JSONNode, _ index: Int, _ constants: ConstantTable?, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> (any CatalogEffect)? {
    guard var reader = ObjectReader(node, describedAs: "effect \(index + 1)", &diagnostics) else {
      return nil
    }
    let names = catalog.kinds.map { $0.kind }
    if names.isEmpty {
      diagnostics.error(
        "there are no collective effects but \"space_charge\", which has a place of its own",
        at: node.position)
      return nil
    }
    guard
      let kind = reader.choice("kind", among: names, required: true, &diagnostics),
      let type = catalog[kind]
    else { return nil }
    return read(type, node, index, constants, &bindings, &diagnostics)
  }

  private func read<E: CatalogEffect>(
    _ type: E.Type, _ node: JSONNode, _ index: Int, _ constants: ConstantTable?,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> (any CatalogEffect)? {
    guard
      var reader = ObjectReader(
        node, describedAs: "the effect \(quoted(E.kind))", keysCalled: "parameter",
        constants: constants, &diagnostics)
    else { return nil }
    _ = reader.node("kind")
    var effect = E()
    E.parameters.read(into: &effect, from: &reader, &diagnostics)
    reader.finish(&diagnostics)
    bindings += reader.bindings { written in
      .effect(
        EffectParameter(effect: offset + index, E.self, written.key, entry: written.index))
    }
    for mistake in effect.mistakes {
      diagnostics.error("the effect \(quoted(E.kind)): \(mistake)", at: node.position)
    }
    return effect
  }
}
