import BeamMaps

/// A beamline whose numbers follow ramps from turn to turn.
struct BeamlineRamps {
  private let ramps: [ParameterRamp]
  /// The beamline by design, with the values of the present turn.
  private var design: Beamline

  /// - Throws: ``InvalidRamp`` for a number that cannot be ramped.
  init(_ ramps: [ParameterRamp], of design: Beamline) throws(InvalidRamp) {
    self.ramps = ramps
    self.design = design
    for ramp in ramps {
      if let reason = design.obstacle(toRamping: ramp.parameter) {
        throw InvalidRamp(name: design.name(of: ramp.parameter), turn: nil, reason: reason)
      }
    }
  }

  /// Gives the numbers of a beamline, which is built after the design, their values in a turn.
  ///
  /// - Returns: The indices of the elements whose numbers are other ones now.
  /// - Throws: ``InvalidRamp`` for a value that an element cannot have.
  mutating func advance(
    to turn: Int, _ line: inout VariedBeamline<Double>
  ) throws(InvalidRamp) -> [Int] {
    var changed: [BeamlineParameter] = []
    for ramp in ramps {
      let value = ramp.value(turn)
      if value.bitPattern == design[ramp.parameter].bitPattern { continue }
      if !value.isFinite { throw mistake(ramp, turn, "it has no finite value") }
      design[ramp.parameter] = value
      changed.append(ramp.parameter)
    }
    if changed.isEmpty { return [] }
    // Numbers that depend on each other may be valid together only.
    for ramp in ramps where changed.contains(ramp.parameter) && !ramp.parameter.isOfGirder {
      let mistakes = design.elements[ramp.parameter.element].element.mistakes
      if let first = mistakes.first { throw mistake(ramp, turn, "\(first)") }
    }
    return line.take(changed, from: design)
  }

  private func mistake(_ ramp: ParameterRamp, _ turn: Int, _ reason: String) -> InvalidRamp {
    InvalidRamp(name: design.name(of: ramp.parameter), turn: turn, reason: reason)
  }
}

extension VariedBeamline<Double> {
  /// Takes over some numbers of a design that differs from that of this beamline in nothing else;
  /// errors of places come on top. Elements that have none of the numbers are not built again, unless
  /// they share a girder with one that does.
  ///
  /// - Returns: The indices of the elements that have other numbers now.
  fileprivate mutating func take(_ parameters: [BeamlineParameter], from design: Beamline) -> [Int]
  {
    let owners = Set(parameters.filter { !$0.isOfGirder }.map(\.element))
    let built = owners.flatMap { beamline.copies(of: $0) }
    let indices = owners.sorted() + built
    let isOnGirder = built.contains { beamline.elements[$0].built?.mount != nil }
    if isOnGirder || parameters.contains(where: \.isOfGirder) {
      self = VariedBeamline(design)
      return indices
    }
    for index in owners { replace(index, with: design.elements[index]) }
    for owner in owners {
      for index in beamline.copies(of: owner) {
        guard let record = beamline.elements[index].built else { continue }
        replace(index, with: design.elements[owner].built(with: record.errors, mount: nil))
      }
    }
    return indices
  }
}
