import BeamDynamics
import Documents
import Sensitivity

/// Reads the girders of a run file: by name, the places that stand on each, and its displacement.
struct GirderReader {
  let constants: ConstantTable

  /// The beamline on the girders that `node` describes.
  func read(
    _ node: JSONNode, under line: Beamline, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> Beamline {
    guard
      let reader = ObjectReader(
        node, describedAs: "\"girders\"", keysCalled: "girder", &diagnostics)
    else { return line }
    var line = line
    for member in reader.members {
      guard let girder = read(member, line, &bindings, &diagnostics) else { continue }
      do {
        line = try line.mounted(on: girder)
      } catch {
        diagnostics.error("\(error)", at: member.keyPosition)
      }
    }
    return line
  }

  private func read(
    _ member: JSONMember, _ line: Beamline, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> Girder? {
    guard
      var reader = ObjectReader(
        member.value, describedAs: "girder \(quoted(member.key))", keysCalled: "parameter",
        constants: constants, &diagnostics)
    else { return nil }
    let names = reader.array("elements", required: true, &diagnostics)
    var girder = Girder(member.key, under: 0..<0)
    Girder.parameters.read(into: &girder, from: &reader, &diagnostics)
    reader.finish(&diagnostics)
    bindings += reader.bindings { written in
      DegreeOfFreedom(rawValue: written.key).map {
        .element(BeamlineParameter(element: line.girders.count, .girder($0)))
      } ?? .setting("girders.\(member.key).\(written.key)")
    }
    guard let names, let range = places(names, of: reader, line, &diagnostics) else { return nil }
    girder.occurrences = [range]
    return girder
  }

  /// The places from the first to the last one of these names. What stands between them and is not
  /// named has to be a drift, which no girder moves.
  private func places(
    _ nodes: [JSONNode], of reader: ObjectReader, _ line: Beamline,
    _ diagnostics: inout Diagnostics
  ) -> Range<Int>? {
    let position = reader.position(of: "elements")
    var places: Set<Int> = []
    var isComplete = true
    for node in nodes {
      guard case .string(let name) = node.value else {
        isComplete = false
        if !node.isUnreadable {
          diagnostics.error(
            "\(reader.subject), \"elements\": expected a name, found \(node.summary)",
            at: node.position)
        }
        continue
      }
      do {
        let place = try line.place(named: name)
        if places.insert(place).inserted { continue }
        diagnostics.error(
          "\(reader.subject), \"elements\": \(quoted(name)) stands on it twice", at: node.position)
      } catch {
        diagnostics.error("\(reader.subject), \"elements\": \(error)", at: node.position)
      }
      isComplete = false
    }
    guard isComplete else { return nil }
    guard let first = places.min(), let last = places.max() else {
      diagnostics.error(
        "\(reader.subject), \"elements\": expected names of places, found none", at: position)
      return nil
    }
    for place in first...last where !places.contains(place) && !line[place: place].isDrift {
      diagnostics.error(
        "\(reader.subject), \"elements\": \(quoted(line.placeNames[place])) stands between "
          + "\(quoted(line.placeNames[first])) and \(quoted(line.placeNames[last])); name it too, "
          + "for a girder has no gap but drifts",
        at: position)
      return nil
    }
    return first..<last + 1
  }
}

extension BeamlineElement {
  /// Whether moving it changes nothing.
  fileprivate var isDrift: Bool {
    (element is Drift || element is Marker) && !hasAperture
  }
}
