import AutoDiff
import BeamTracking
import LinearAlgebra
import SystemLibrary

extension EnvelopeSweep {
  /// Propagates the derivatives of an objective with respect to the observations backward to all
  /// inputs of the envelope.
  ///
  /// For each slice, with T = R·K: Σ̄ ← TᵀΣ̄T, T̄ = 2Σ̄TΣ. The kick's own derivative propagates K̄
  /// to Σ. R̄ is summed over all passages of one map, and propagated to parameters once, by one
  /// more derivative of the map.
  ///
  /// - Parameter cotangents: One for each observation of the last run, in order.
  /// - Returns: The derivatives with respect to the inputs of the run.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  public mutating func pullBack(_ cotangents: [EnvelopeCotangent<C>]) -> EnvelopeGradient<C> {
    require(recordsTrajectory, "derivatives need a recorded trajectory")
    require(
      cotangents.count == trajectory.observations.count,
      "there is one cotangent for each observation")
    return goBack(cotangents)
  }

  @inline(__always)
  mutating func goBack(_ cotangents: [EnvelopeCotangent<C>]) -> EnvelopeGradient<C> {
    var gradient = EnvelopeGradient<C>(
      parameters: parameters.map { _ in .zero }, start: .zero, intensity: .zero)
    var back = AdjointState<C>(
      maps: maps,
      isActive: maps.activity { !reach[$0].numbers.isEmpty || elements[$0].isVaried },
      kickCount: kicks.count, passageCount: trajectory.passages.count)

    // The envelope.
    back.begin(hasVectors: !linearKicks.isEmpty || cotangents.contains { $0.reachesVectors })
    var waiting = linearKicks.count
    var repetition = trajectory.repetitions.count
    for number in cotangents.indices.reversed() {
      let reached = trajectory.observations[number].repetitions
      goBack(through: reached..<repetition, &waiting, &back, &gradient)
      back.add(cotangents[number])
      repetition = reached
    }
    goBack(through: 0..<repetition, &waiting, &back, &gradient)
    gradient.start.covariance = back.covariance
    gradient.start.mean = back.mean
    if options.tracksTransferMatrix { gradient.start.transferMatrix = back.matrix }

    // The inputs of kicks and maps.
    for number in kicks.indices {
      pullBackKick(number, back.kicks[number], &back, &gradient)
    }
    for number in (0..<maps.count).reversed() where back.isActive[number] {
      pullBackMap(number, &back, &gradient)
    }
    pullBackReference(cotangents, back, &gradient)
    return gradient
  }

  /// Propagates from a kick to current or charge, to its length, and to the reference particle's
  /// energy.
  @inline(__always)
  private func pullBackKick(
    _ number: Int, _ cotangent: KickCotangent<C>, _ back: inout AdjointState<C>,
    _ gradient: inout EnvelopeGradient<C>
  ) {
    let source = kicks[number]
    let kick = source.kick
    gradient.intensity += cotangent.strength * kick.scale * kick.length
    if reach[source.element].varies(.energy) {
      let power = kick.model == .planar ? -3.0 : -2.0
      let toBetaGamma =
        cotangent.betaGamma + power * (cotangent.strength * kick.strength) / kick.betaGamma
      back.add(toBetaGamma * kick.gamma / kick.betaGamma, to: .energy, afterPassage: source.passage)
    }
    let values = elements[source.element]
    if values.own.isEmpty { return }
    let toLength = cotangent.strength * kick.scale * kick.intensity
    var reference = start.reference
    if source.passage >= 0 { reference = trajectory.passages[source.passage].reference }
    let still = reference.map { Tangent($0) }
    for parameter in values.own {
      let length = C.kickLength(
        beamline.elements[source.element].element,
        values.tangents(source.slice, still, along: parameter))
      gradient.parameters[parameter] += toLength * length.tangent
    }
  }

  /// Propagates from a map to the parameters of its element, and to the reference particle.
  @inline(__always)
  private func pullBackMap(
    _ number: Int, _ back: inout AdjointState<C>, _ gradient: inout EnvelopeGradient<C>
  ) {
    switch maps.sources[number] {
    case .identity: break
    case .square(let root):
      back.pullBackSquare(number, root, maps[root], maps.offsets[root])
    case .slice(let slice, let index, let reference, let passage):
      let element = beamline.elements[index].element
      let values = elements[index]
      func slope(_ reference: ReferenceParticle<Tangent<C>>, along parameter: Int? = nil) -> C {
        let inputs = values.tangents(slice, reference, along: parameter)
        let frame = C.frame(of: element, values, inputs, along: parameter)
        return back.dot(
          number, C.affineMap(element, index: index, inputs, in: frame, recordings))
      }
      let still = reference.map { Tangent($0) }
      for parameter in values.own {
        gradient.parameters[parameter] += slope(still, along: parameter)
      }
      for parameter in values.framed {
        gradient.parameters[parameter] += slope(still, along: parameter)
      }
      for varying in ReferenceNumber.allCases where reach[index].varies(varying) {
        // Elements with equivalent slices depend on neither time nor position.
        if varying != .energy && element.equivalentSlices != .none { continue }
        var reference = still
        varying.set(&reference) { Tangent($0.value, tangent: .one) }
        back.add(slope(reference), to: varying, afterPassage: passage)
      }
    }
  }

  /// Propagates the derivatives with respect to the reference particle backward to the start.
  @inline(__always)
  private func pullBackReference(
    _ cotangents: [EnvelopeCotangent<C>], _ back: AdjointState<C>,
    _ gradient: inout EnvelopeGradient<C>
  ) {
    var adjoint = ReferenceAdjoint<C>()
    func add(_ slopes: InlineArray<4, C>) {
      for number in ReferenceNumber.allCases {
        number.add(slopes[number.rawValue], to: &adjoint.cotangent)
      }
    }
    var observation = cotangents.count
    for passage in trajectory.passages.indices.reversed() {
      while observation > 0 && trajectory.observations[observation - 1].passages == passage + 1 {
        observation -= 1
        adjoint.cotangent += cotangents[observation].reference
      }
      add(back.references[passage + 1])
      let (reference, index, slice) = trajectory.passages[passage]
      adjoint.goBack(
        through: beamline.elements[index].element, slice, reference, elements[index],
        addingTo: &gradient.parameters)
    }
    while observation > 0 {
      observation -= 1
      adjoint.cotangent += cotangents[observation].reference
    }
    add(back.references[0])
    if differentiatesReference { gradient.start.reference = adjoint.cotangent }
  }
}

extension EnvelopeCotangent {
  /// True if there is a derivative with respect to the mean or the transfer matrix.
  fileprivate var reachesVectors: Bool {
    if transferMatrix != nil { return true }
    for i in 0..<6 where !mean[i].hasSameWords(as: .zero) { return true }
    return false
  }
}
