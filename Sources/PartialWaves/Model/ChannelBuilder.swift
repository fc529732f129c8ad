/// Builds the amplitude of a channel, resonance by resonance.
struct ChannelBuilder {
  private(set) var channel: ChannelModel
  private let masses: [Double]
  /// For each exchange of identical particles, the particle in each place of the decay chain.
  private let orders: [[Int]]
  private let radius: Double
  private var spectatorCurves: [Int] = []

  init(_ channel: ChannelModel, masses: [Double], orders: [[Int]], radius: Double) {
    self.channel = channel
    self.masses = masses
    self.orders = orders
    self.radius = radius
  }

  /// The decay of a resonance into the particles at two places.
  func decay(pair: [Int], spin: Int) -> TwoBodyDecay {
    TwoBodyDecay(masses: (masses[pair[0]], masses[pair[1]]), spin: spin, radius: radius)
  }

  /// Multiplies every term by the lineshape of the particle that decays into places 1 and 2.
  mutating func setSpectator(_ lineshape: DynamicLineshape, _ parameters: [Int]) {
    for order in orders {
      spectatorCurves.append(channel.amplitude.curves.count)
      channel.amplitude.curves.append(
        .init(lineshape: lineshape, mass: mass([order[0], order[1]]), parameters: parameters))
    }
  }

  mutating func setBackground(_ files: BackgroundFiles, _ background: AmplitudeSum.Background) {
    channel.background = files
    channel.amplitude.background = background
  }

  mutating func addResonance(
    _ name: String, spin: Int, pair: [Int], _ lineshape: DynamicLineshape, _ parameters: [Int],
    _ couplings: [(label: String, coupling: AmplitudeSum.Coupling)]
  ) {
    let resonance = channel.amplitude.resonances.count
    channel.amplitude.resonances.append(name)
    let first = channel.amplitude.couplings.count
    channel.amplitude.couplings += couplings.map(\.coupling)
    for (number, order) in orders.enumerated() {
      let decayed = pair.map { order[$0] }
      let curve = channel.amplitude.curves.count
      channel.amplitude.curves.append(
        .init(lineshape: lineshape, mass: mass(decayed), parameters: parameters))
      let entries = couplings.enumerated().map { i, coupling in
        AmplitudeSum.Entry(
          coupling: first + i,
          wave: wave(
            WaveRequest(spin: spin, label: coupling.label, pair: decayed, order: order)))
      }
      channel.amplitude.terms.append(
        .init(
          curves: [curve] + (spectatorCurves.isEmpty ? [] : [spectatorCurves[number]]),
          factor: nil, entries: entries, resonance: resonance))
    }
  }

  private mutating func mass(_ pair: [Int]) -> Int {
    let request = MassRequest(pair)
    if let place = channel.masses.firstIndex(of: request) { return place }
    channel.masses.append(request)
    return channel.masses.count - 1
  }

  private mutating func wave(_ request: WaveRequest) -> Int {
    if let place = channel.waves.firstIndex(of: request) { return place }
    channel.waves.append(request)
    return channel.waves.count - 1
  }
}

extension ChannelModel {
  /// Makes lineshapes of spectators part of the events if their parameters do not vary. With a
  /// single order of particles the magnitude is enough, since it is a common factor of all terms.
  mutating func takeOutFixedCurves(_ parameters: ParameterSet) {
    let isVaried = parameters.isVaried
    let uses = Set(amplitude.terms.flatMap { $0.curves.dropFirst() })
    guard !uses.isEmpty else { return }
    let isFixed = uses.allSatisfy { curve in
      amplitude.curves[curve].parameters.allSatisfy { !isVaried[$0] }
    }
    guard isFixed else { return }
    let spectators = uses.sorted()
    let values = parameters.values(at: parameters.start)
    let fixed = spectators.map { amplitude.curves[$0].fixed(at: values) }
    if spectators.count == 1 {
      commonCurve = fixed[0]
    } else {
      factors = fixed
    }
    // Curves of resonances keep their order; their numbers become smaller.
    var places = [Int?](repeating: nil, count: amplitude.curves.count)
    var kept: [AmplitudeSum.CurveUse] = []
    for (i, curve) in amplitude.curves.enumerated() where !uses.contains(i) {
      places[i] = kept.count
      kept.append(curve)
    }
    amplitude.terms = amplitude.terms.map { term in
      AmplitudeSum.Term(
        curves: term.curves.compactMap { places[$0] },
        factor: commonCurve == nil ? spectators.firstIndex(of: term.curves[1]) : nil,
        entries: term.entries, resonance: term.resonance)
    }
    amplitude.curves = kept
    moveVariedMassesToFront()
  }

  /// Gives other values to the lineshapes that were made part of the events.
  mutating func setFixedCurves(at values: [Double]) {
    commonCurve = commonCurve?.fixed(at: values)
    factors = factors.map { $0.fixed(at: values) }
  }

  private mutating func moveVariedMassesToFront() {
    let varied = Set(amplitude.curves.map(\.mass))
    let order = varied.sorted() + masses.indices.filter { !varied.contains($0) }
    masses = order.map { masses[$0] }
    func moved(_ curve: AmplitudeSum.CurveUse) -> AmplitudeSum.CurveUse {
      .init(
        lineshape: curve.lineshape, mass: order.firstIndex(of: curve.mass) ?? curve.mass,
        parameters: curve.parameters)
    }
    amplitude.curves = amplitude.curves.map(moved)
    commonCurve = commonCurve.map(moved)
    factors = factors.map(moved)
  }
}

extension AmplitudeSum.CurveUse {
  /// The same lineshape with fixed values.
  fileprivate func fixed(at values: [Double]) -> Self {
    Self(
      lineshape: lineshape.with(parameters.map { values[$0] }), mass: mass,
      parameters: parameters)
  }
}
