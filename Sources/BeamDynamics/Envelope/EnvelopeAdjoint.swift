import AutoDiff
import LinearAlgebra

extension EnvelopeSweep {
  /// Takes the derivatives of an objective from the places where the envelope was looked at back to
  /// everything that it comes from.
  ///
  /// Slice by slice, with T = R·K: Σ̄ ← TᵀΣ̄T, T̄ = 2Σ̄TΣ; K̄ goes back to Σ by the kick's own
  /// derivative. R̄ is summed up over all passages of one map; what it means for a parameter is found
  /// once, by one more derivative of the map.
  ///
  /// - Parameter cotangents: One for each observation of the last run, in order.
  public mutating func pullBack(_ cotangents: [EnvelopeCotangent<C>]) -> EnvelopeGradient<C> {
    precondition(recordsWay, "only a way that was recorded can be gone back")
    precondition(
      cotangents.count == way.observations.count, "there is one cotangent for each observation")
    return C.pullBack(&self, cotangents)
  }

  @inline(__always)
  mutating func goBack(_ cotangents: [EnvelopeCotangent<C>]) -> EnvelopeGradient<C> {
    let reachesEnergy =
      differentiatesReference || beamline.elements.contains { $0.element.alikeSlices == .none }
    var gradient = EnvelopeGradient<C>(
      parameters: parameters.map { _ in .zero }, start: .zero, intensity: .zero)
    var back = AdjointState<C>(
      maps: maps,
      isActive: maps.activity { reachesEnergy || !elements[$0].active.isEmpty },
      kickCount: kicks.count, passageCount: way.passages.count)

    // The envelope.
    back.begin(hasVectors: cotangents.contains { $0.reachesVectors })
    var stretch = way.stretches.count
    for number in cotangents.indices.reversed() {
      let reached = way.observations[number].stretches
      way.goBack(through: reached..<stretch, maps, kicks, &back)
      back.add(cotangents[number])
      stretch = reached
    }
    way.goBack(through: 0..<stretch, maps, kicks, &back)
    gradient.start.covariance = back.covariance
    gradient.start.mean = back.mean
    if options.tracksTransferMatrix { gradient.start.transferMatrix = back.matrix }

    // What the kicks and the maps come from.
    for number in kicks.indices {
      pullBackKick(number, back.kicks[number], reachesEnergy, &back, &gradient)
    }
    for number in (0..<maps.count).reversed() where back.isActive[number] {
      pullBackMap(number, reachesEnergy, &back, &gradient)
    }
    pullBackReference(cotangents, back, &gradient)
    return gradient
  }

  /// From a kick to current or charge, to its length, and to the reference particle's energy.
  @inline(__always)
  private func pullBackKick(
    _ number: Int, _ bar: KickCotangent<C>, _ reachesEnergy: Bool, _ back: inout AdjointState<C>,
    _ gradient: inout EnvelopeGradient<C>
  ) {
    let source = kicks[number]
    let kick = source.kick
    gradient.intensity += bar.strength * kick.scale * kick.length
    if reachesEnergy {
      let power = kick.model == .planar ? -3.0 : -2.0
      let toBetaGamma = bar.betaGamma + power * (bar.strength * kick.strength) / kick.betaGamma
      back.addEnergy(toBetaGamma * kick.gamma / kick.betaGamma, afterPassage: source.passage)
    }
    let toLength = bar.strength * kick.scale * kick.intensity
    for active in elements[source.element].active {
      guard case .own(let parameter, let entry) = active.site else { continue }
      var slope = C.zero
      for slice in source.firstSlice...source.lastSlice {
        var origin = start.reference
        if source.passage >= 0 { origin = way.passages[source.passage].reference }
        origin.s = .zero
        let inputs = elements[source.element].inputs(
          Slice(index: slice, of: source.sliceCount), origin, along: parameter, entry)
        slope += C.referenceAfter(beamline.elements[source.element].element, inputs).s.tangent
      }
      gradient.parameters[active.number] += toLength * slope
    }
  }

  /// From a map to the parameters of its element, and to the reference particle's energy and time.
  @inline(__always)
  private func pullBackMap(
    _ number: Int, _ reachesEnergy: Bool, _ back: inout AdjointState<C>,
    _ gradient: inout EnvelopeGradient<C>
  ) {
    switch maps.sources[number] {
    case .square(let root):
      back.pullBackSquare(number, root, maps[root], maps.offsets[root])
    case .slice(let slice, let index, let reference, let passage):
      let element = beamline.elements[index].element
      let values = elements[index]
      func slope(
        _ inputs: SliceInputs<Tangent<C>>, _ frame: PlacementFrame<Tangent<Tangent<C>>>?
      ) -> C {
        var map = AffineMap<Tangent<C>>.identity
        map.follow(by: C.pointMap(element, inputs.map { Tangent($0) }), in: frame)
        return back.dot(number, map)
      }
      for active in values.active {
        let inputs: SliceInputs<Tangent<C>>
        if case .own(let parameter, let entry) = active.site {
          inputs = values.inputs(slice, reference, along: parameter, entry)
        } else {
          inputs = values.inputs(slice, reference)
        }
        gradient.parameters[active.number] += slope(inputs, values.frame(along: active.site))
      }
      guard reachesEnergy else { return }
      var inputs = values.inputs(slice, reference)
      inputs.reference.kineticEnergyOverMass.tangent = .one
      back.addEnergy(slope(inputs, values.frame(along: nil)), afterPassage: passage)
      if element.alikeSlices == .none {
        inputs = values.inputs(slice, reference)
        inputs.reference.t.tangent = .one
        back.addTime(slope(inputs, values.frame(along: nil)), afterPassage: passage)
      }
    }
  }

  /// Takes the reference particle's derivatives back to the start.
  ///
  /// What an element does depends on its energy and its time; path length and laboratory frame are
  /// only carried along.
  @inline(__always)
  private func pullBackReference(
    _ cotangents: [EnvelopeCotangent<C>], _ back: AdjointState<C>,
    _ gradient: inout EnvelopeGradient<C>
  ) {
    var bar = ReferenceCotangent<C>.zero
    var observation = cotangents.count
    for passage in way.passages.indices.reversed() {
      while observation > 0 && way.observations[observation - 1].passages == passage + 1 {
        observation -= 1
        bar += cotangents[observation].reference
      }
      bar.kineticEnergyOverMass += back.energies[passage + 1]
      bar.t += back.times[passage + 1]
      if bar.isZero { continue }
      let (reference, index, slice) = way.passages[passage]
      let element = beamline.elements[index].element
      let values = elements[index]
      func slope(_ inputs: SliceInputs<Tangent<C>>) -> C {
        bar.dot(C.referenceAfter(element, inputs).tangents())
      }
      for active in values.active {
        guard case .own(let parameter, let entry) = active.site else { continue }
        gradient.parameters[active.number] += slope(
          values.inputs(slice, reference, along: parameter, entry))
      }
      var before = bar
      func direction(_ path: WritableKeyPath<ReferenceParticle<Tangent<C>>, Tangent<C>>) -> C {
        var inputs = values.inputs(slice, reference)
        inputs.reference[keyPath: path].tangent = .one
        return slope(inputs)
      }
      before.kineticEnergyOverMass = direction(\.kineticEnergyOverMass)
      before.t = direction(\.t)
      if bar.reachesLaboratory {
        before.orientation = Orientation(
          right: Vector3(
            direction(\.orientation.right.x), direction(\.orientation.right.y),
            direction(\.orientation.right.z)),
          up: Vector3(
            direction(\.orientation.up.x), direction(\.orientation.up.y),
            direction(\.orientation.up.z)),
          forward: Vector3(
            direction(\.orientation.forward.x), direction(\.orientation.forward.y),
            direction(\.orientation.forward.z)))
      }
      bar = before
    }
    while observation > 0 {
      observation -= 1
      bar += cotangents[observation].reference
    }
    bar.kineticEnergyOverMass += back.energies[0]
    bar.t += back.times[0]
    if differentiatesReference { gradient.start.reference = bar }
  }
}

extension ReferenceCotangent where C: EnvelopeScalar {
  fileprivate var reachesLaboratory: Bool {
    !(position.isZero && orientation.right.isZero && orientation.up.isZero
      && orientation.forward.isZero)
  }

  fileprivate var isZero: Bool {
    Vector3(kineticEnergyOverMass, s, t).isZero && !reachesLaboratory
  }

  /// The change of the objective for a change of the reference particle.
  fileprivate func dot(_ b: Self) -> C {
    var sum = kineticEnergyOverMass * b.kineticEnergyOverMass + s * b.s + t * b.t
    sum += position.dot(b.position)
    sum += orientation.right.dot(b.orientation.right)
    sum += orientation.up.dot(b.orientation.up)
    sum += orientation.forward.dot(b.orientation.forward)
    return sum
  }
}

extension Vector3 where C: EnvelopeScalar {
  fileprivate var isZero: Bool {
    x.hasSameWords(as: .zero) && y.hasSameWords(as: .zero) && z.hasSameWords(as: .zero)
  }

  fileprivate func dot(_ b: Self) -> C { x * b.x + y * b.y + z * b.z }
}

extension ReferenceParticle {
  /// The tangents alone.
  fileprivate func tangents<V>() -> ReferenceCotangent<V> where C == Tangent<V> {
    func part(_ v: Vector3<C>) -> Vector3<V> { Vector3(v.x.tangent, v.y.tangent, v.z.tangent) }
    return ReferenceCotangent(
      kineticEnergyOverMass: kineticEnergyOverMass.tangent, s: s.tangent, t: t.tangent,
      position: part(position),
      orientation: Orientation(
        right: part(orientation.right), up: part(orientation.up), forward: part(orientation.forward)
      ))
  }
}

extension EnvelopeCotangent {
  /// True if the mean or the transfer matrix is asked for.
  fileprivate var reachesVectors: Bool {
    if transferMatrix != nil { return true }
    for i in 0..<6 where !mean[i].hasSameWords(as: .zero) { return true }
    return false
  }
}
