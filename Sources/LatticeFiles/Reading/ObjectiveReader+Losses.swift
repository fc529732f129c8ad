import BeamDynamics
import Documents
import Sensitivity

/// Terms of smoothed losses: an aperture that the term describes, or those of the line.
extension ObjectiveReader {
  private static let positive = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude
  /// The name that stands for all apertures of the line.
  private static let apertures = "apertures"

  /// Whether a term is of all apertures of the line.
  static func isOfApertures(_ node: JSONNode) -> Bool {
    guard case .object(let members) = node.value else { return false }
    func says(_ text: String, under key: String) -> Bool {
      members.contains { member in
        if case .string(text) = member.value.value { member.key == key } else { false }
      }
    }
    return says(apertures, under: "at") && says("smoothed_loss", under: "quantity")
  }

  func readApertures(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> (place: Int?, name: String)? {
    _ = reader.node("at")
    return (run.beamline.count - 1, Self.apertures)
  }

  private func readWidth(_ reader: inout ObjectReader, _ diagnostics: inout Diagnostics) -> Double {
    reader.number("width", in: Self.positive, &diagnostics) ?? 0.1
  }

  /// The sum over all apertures of the line.
  func readLosses(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> ObjectiveTerm.Subject? {
    let width = readWidth(&reader, &diagnostics)
    let position = reader.position(of: "at")
    if reader.node("aperture") != nil {
      diagnostics.error(
        "\"apertures\" are those of the line; name a place to give another \"aperture\"",
        at: reader.position(of: "aperture"))
      return nil
    }
    let places = run.beamline.placesOfApertures
    if places.isEmpty {
      diagnostics.error("\"at\": the line has no \"apertures\"", at: position)
      return nil
    }
    // Built once for all of them.
    let built = run.beamline.asBuilt
    let losses = places.compactMap { place in
      ownLoss(at: place, of: built, width: width, position, &diagnostics)
    }
    return losses.count == places.count ? .smoothedLossAtApertures(losses) : nil
  }

  func readLoss(
    _ reader: inout ObjectReader, at place: (place: Int?, name: String)?,
    _ diagnostics: inout Diagnostics
  ) -> ObjectiveTerm.Subject? {
    let width = readWidth(&reader, &diagnostics)
    guard reader.contains("aperture") else {
      _ = reader.node("aperture")
      guard let place else { return nil }
      guard let index = place.place, run.beamline[place: index].hasAperture else {
        diagnostics.error(
          "\"smoothed_loss\" needs \"aperture\": \(quoted(place.name)) has none of its own",
          at: reader.position)
        return nil
      }
      return ownLoss(
        at: index, of: run.beamline, width: width, reader.position, &diagnostics
      ).map { .smoothedLossAtAperture($0) }
    }
    guard
      var object = reader.object(
        "aperture", describedAs: "the aperture of \"smoothed_loss\"", &diagnostics)
    else { return nil }
    var plate = Aperture()
    Aperture.parameters.read(into: &plate, from: &object, &diagnostics)
    object.finish(&diagnostics)
    checkExpressions(object, &diagnostics)
    do {
      return .smoothedLoss(try SmoothedLoss(at: plate.shape, width: width))
    } catch {
      diagnostics.error("the aperture of \"smoothed_loss\": \(error)", at: object.position)
      return nil
    }
  }

  /// The loss at an aperture of `line`, the run's as it is designed or built; nil where it has none
  /// that no variable moves.
  private func ownLoss(
    at place: Int, of line: Beamline, width: Double, _ position: SourcePosition,
    _ diagnostics: inout Diagnostics
  ) -> ApertureLoss? {
    do {
      let loss = try ApertureLoss(
        at: place, of: line, width: width, turns: run.tracking.turns)
      let isMoved = (run.variables?.numbers ?? []).contains { number in
        if case .element(let parameter) = number {
          loss.isMoved(by: parameter, of: run.beamline)
        } else {
          false
        }
      }
      if isMoved {
        diagnostics.error(
          "\"smoothed_loss\", the aperture of \(quoted(line.placeNames[place])): a variable moves it, "
            + "which the loss would not see; make it \"fixed\", or do not vary its displacement",
          at: position)
        return nil
      }
      return loss
    } catch {
      diagnostics.error("\"smoothed_loss\", \(error)", at: position)
      return nil
    }
  }
}
