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
      isActive: activity(of: maps.sources), kickCount: kicks.count,
      passageCount: trajectory.passages.count)

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
    // Each list by itself: who reads an entry through the maps copies them.
    let (sources, matrices, offsets) = (maps.sources, maps.matrices, maps.offsets)
    for number in sources.indices.reversed() where back.isActive[number] {
      if case .square(let root) = sources[number] {
        back.pullBackSquare(number, root, matrices[root], offsets[root])
      } else {
        pullBackMap(number, sources[number], &back, &gradient)
      }
    }
    pullBackReference(cotangents, back.references, &gradient)
    return gradient
  }

  /// For each map, whether it depends on a varied number.
  private func activity(of sources: [SliceMaps<C>.Source]) -> [Bool] {
    var result: [Bool] = []
    result.reserveCapacity(sources.count)
    for source in sources {
      switch source {
      case .slice(_, let element, _, _):
        result.append(isVaried[element] || !reach[element].numbers.isEmpty)
      case .square(let root): result.append(result[root])
      case .identity: result.append(false)
      }
    }
    return result
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
    let parameters = lengthParameters[source.element]
    if parameters.isEmpty { return }
    let values = elements[source.element]
    let toLength = cotangent.strength * kick.scale * kick.intensity
    var reference = start.reference
    if source.passage >= 0 { reference = trajectory.passages[source.passage].reference }
    let still = reference.map { Tangent($0) }
    for parameter in parameters {
      let length = C.kickLength(
        beamline.elements[source.element].element,
        values.tangents(source.slice, still, along: parameter))
      gradient.parameters[parameter] += toLength * length.tangent
    }
  }

  /// Propagates from a map to the parameters of its element, and to the reference particle.
  @inline(__always)
  private func pullBackMap(
    _ number: Int, _ source: SliceMaps<C>.Source, _ back: inout AdjointState<C>,
    _ gradient: inout EnvelopeGradient<C>
  ) {
    guard case .slice(let slice, let index, let reference, let passage) = source else { return }
    let element = beamline.elements[index].element
    func slope(_ reference: ReferenceParticle<Tangent<C>>, along parameter: Int? = nil) -> C {
      let inputs = elements[index].tangents(slice, reference, along: parameter)
      let frame =
        elements[index].isNominal
        ? nil : C.frame(of: element, elements[index], inputs, along: parameter)
      return back.dot(
        number, C.affineMap(element, index: index, inputs, in: frame, recordings))
    }
    let still = reference.map { Tangent($0) }
    for parameter in elements[index].numbers.own {
      gradient.parameters[parameter] += slope(still, along: parameter)
    }
    for parameter in elements[index].framed {
      gradient.parameters[parameter] += slope(still, along: parameter)
    }
    if reach[index].numbers.isEmpty { return }
    for varying in ReferenceNumber.allCases where reach[index].varies(varying) {
      // Elements with equivalent slices depend on neither time nor position.
      if varying != .energy && element.equivalentSlices != .none { continue }
      var reference = still
      varying.set(&reference) { Tangent($0.value, tangent: .one) }
      back.add(slope(reference), to: varying, afterPassage: passage)
    }
  }

  /// Propagates the derivatives with respect to the reference particle backward to the start.
  @inline(__always)
  private func pullBackReference(
    _ cotangents: [EnvelopeCotangent<C>], _ references: [InlineArray<4, C>],
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
      add(references[passage + 1])
      if adjoint.cotangent.isZero { continue }
      let (reference, index, slice) = trajectory.passages[passage]
      adjoint.goBack(
        through: beamline.elements[index].element, slice, reference, elements[index],
        addingTo: &gradient.parameters)
    }
    while observation > 0 {
      observation -= 1
      adjoint.cotangent += cotangents[observation].reference
    }
    add(references[0])
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
