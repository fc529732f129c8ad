import BeamDynamics
import Documents

/// Reads at which places the mesh of space charge is written.
struct MeshPlaceReader {
  let run: RunFile

  /// The places that the entries of "mesh" name.
  func read(_ nodes: [JSONNode], _ diagnostics: inout Diagnostics) -> [Int] {
    guard let first = nodes.first else { return [] }
    guard let kick = run.tracking.particleSpaceCharge, kick.model.meshDimensions > 0 else {
      diagnostics.error(
        "\"mesh\" is that of \"space_charge\" under \"tracking\": there is none of particles on a mesh",
        at: first.position)
      return []
    }
    return nodes.compactMap { node in
      guard case .string(let name) = node.value else {
        if !node.isUnreadable {
          diagnostics.error(
            "expected the name of a place, found \(node.kindName)", at: node.position)
        }
        return nil
      }
      let place = PlaceReader(line: run.beamline).place(
        named: name, at: node.position, &diagnostics)
      guard let place else { return nil }
      if !hasKick(place) {
        diagnostics.error(
          "there is no kick of space charge at \(quoted(name)): "
            + (run.beamline.hasCollectivePlaces
              ? "kicks happen at elements of the kind \"SpaceChargeKick\" only"
              : "it has no length"),
          at: node.position)
        return nil
      }
      return place
    }
  }

  private func hasKick(_ place: Int) -> Bool {
    run.beamline.kicked()[run.beamline.order[place]]
  }
}
