import AutoDiff
import BeamMaps
import ParameterTables

/// Test particles that pass one element with different splittings, for an estimate of the error.
struct SplittingProbe<E: SplitElement> {
  let element: E
  let sliceCount: Int
  let reference: ReferenceParticle<Double>
  private let probes: [PhaseSpace<Double>]
  /// Whether the tolerance of the matrix is 1e-11.
  private var hasMatrix: Bool { E.hasAccurateMatrix }
  /// The scale for errors of energy: the gain, or a small part of the sum of gains and losses along
  /// the element.
  private let energyScale: Double

  /// Half of the promised 1e-6, because other particles may have larger errors than the test
  /// particles.
  static var coordinateTolerance: Double { 5e-7 }
  static var matrixTolerance: Double { 5e-12 }
  private static var size: Double { 5e-3 }
  private static var mostSteps: Int { 8192 }

  /// The result of one passage: the test particles' coordinates, the matrix on the axis, and the
  /// reference particle's energy and time.
  private typealias Passage = [Double]

  init(
    _ element: E, slices: Int, of item: BeamlineElement, from reference: ReferenceParticle<Double>
  ) {
    self.element = element
    sliceCount = slices
    self.reference = reference
    // 1 % of momentum, which is at least 1 % of kinetic energy.
    let energy = 0.01 * reference.beta
    let signs: [[Double]] = [
      [1, 1, 1, 1, 1, 1], [1, -1, 1, -1, -1, -1], [-1, -1, 1, 1, 1, -1], [-1, 1, 1, -1, -1, 1],
      [1, 1, -1, 1, -1, -1], [-1, -1, -1, -1, 1, 1], [1, 0, 0, 0, 0, 1], [0, 1, 0, 1, 0, -1],
    ]
    let frame = VariedElement<Double>(item).frame(
      SliceInputs(Slice(index: 0, of: slices), reference), from: reference, to: reference
    ) { value, _ in value }
    probes = signs.map { sign in
      var z = PhaseSpace<Double>.zero
      for i in 0..<6 { z[i] = sign[i] * (i == 5 ? energy : Self.size) }
      frame?.enter(&z)
      return z
    }
    // The changes of energy between 32 positions along the element.
    var fine = element
    fine.splitting = Splitting(order: E.splittingOrders[0], steps: 8)
    var particle = reference
    var (path, before) = (0.0, particle.kineticEnergyOverMass)
    if !E.hasAccurateMatrix {
      for i in 0..<32 {
        fine.advance(&particle, over: Slice(index: i, of: 32))
        path += (particle.kineticEnergyOverMass - before).magnitude
        before = particle.kineticEnergyOverMass
      }
    }
    let gain = (before - reference.kineticEnergyOverMass).magnitude
    energyScale = max(gain, 1e-3 * path, reference.kineticEnergyOverMass * 1e-9)
  }

  private func pass(order: Int, steps: Int) -> Passage {
    var split = element
    split.splitting = Splitting(order: order, steps: steps)
    typealias T = Tangent<Double>
    var points = probes.map { z in
      var point = PhaseSpace<T>.zero
      for i in 0..<6 { point[i] = T(z[i]) }
      return point
    }
    if hasMatrix {
      for i in 0..<6 {
        var point = PhaseSpace<T>.zero
        point[i].tangent = 1
        points.append(point)
      }
    }
    var isInside = [Bool](repeating: true, count: points.count)
    var particle = reference
    for i in 0..<sliceCount {
      let slice = Slice(index: i, of: sliceCount)
      split.advance(&particle, over: slice)
      let map = split.pointMap(SliceInputs<T>(slice, particle.map { T($0) }))
      for k in points.indices where isInside[k] { isInside[k] = map(&points[k]).all }
    }
    var passage: Passage = []
    for (k, point) in points.enumerated() {
      for i in 0..<6 {
        let number = k < probes.count ? point[i].value : point[i].tangent
        passage.append(isInside[k] ? number : .nan)
      }
    }
    return passage + [particle.kineticEnergyOverMass, particle.t]
  }

  /// The errors of a passage: of coordinates and energy, and the largest ratio to the tolerance.
  ///
  /// Test particles that are lost in the exact passage are ignored. Those that only `passage`
  /// loses, or whose coordinates overflow, have an infinite error.
  private func errors(_ passage: Passage, _ truth: Passage) -> (error: Double, excess: Double) {
    func largest(_ range: Range<Int>) -> (difference: Double, size: Double) {
      var (difference, size) = (0.0, 0.0)
      for i in range where truth[i].isFinite {
        let d = (passage[i] - truth[i]).magnitude
        difference = max(difference, d.isFinite ? d : .infinity)
        size = max(size, truth[i].magnitude)
      }
      return (difference, size)
    }
    var error = 0.0
    for k in probes.indices {
      let (difference, size) = largest(6 * k..<6 * k + 6)
      if difference > 0 { error = max(error, difference / size) }
    }
    let last = passage.count - 2
    error = max(
      error, largest(last..<last + 1).difference / energyScale,
      largest(last + 1..<last + 2).difference / Self.size)
    var excess = error / Self.coordinateTolerance
    if hasMatrix {
      let (difference, size) = largest(6 * probes.count..<last)
      excess = max(excess, difference / max(size, 1) / Self.matrixTolerance)
    }
    return (error, excess)
  }

  /// The limit of many steps: symmetric splittings have errors in even powers of the step, which
  /// Romberg's scheme eliminates one by one.
  private func truth() -> Passage {
    let order = E.splittingOrders[E.splittingOrders.count - 1]
    var steps = order == 2 ? 16 : 2
    var row = [pass(order: order, steps: steps)]
    var best = (difference: Double.infinity, passage: row[0])
    var agreements = 0
    while steps < (order == 2 ? Self.mostSteps : 1024) {
      steps *= 2
      var next = [pass(order: order, steps: steps)]
      for (k, coarse) in row.enumerated() {
        let weight = 1 / (Double(sign: .plus, exponent: order + 2 * k, significand: 1) - 1)
        next.append(zip(next[k], coarse).map { fine, coarse in fine + (fine - coarse) * weight })
        if k == 4 { break }
      }
      let difference = errors(row[row.count - 1], next[next.count - 1]).excess
      if difference <= best.difference { best = (difference, next[next.count - 1]) }
      agreements = difference < 0.05 ? agreements + 1 : 0
      row = next
      if agreements == (order == 2 ? 2 : 1) { break }
    }
    return best.passage
  }

  /// The cheapest sufficient splitting with the given numbers; if there is none, the best one.
  func choose(_ named: Splitting) -> SplittingChoice {
    let truth = truth()
    func judge(_ order: Int, _ steps: Int) -> SplittingChoice {
      let (error, excess) = errors(pass(order: order, steps: steps), truth)
      return SplittingChoice(
        splitting: Splitting(order: order, steps: steps), error: error, excess: excess,
        cost: steps * Self.stages(order))
    }
    let orders = named.order.map { [$0] } ?? E.splittingOrders
    var best: SplittingChoice?
    func offer(_ choice: SplittingChoice) {
      guard let known = best else { return best = choice }
      let isBetter =
        choice.excess <= 1
        ? known.excess > 1 || choice.cost < known.cost : choice.excess < known.excess
      if isBetter { best = choice }
    }
    if let steps = named.steps {
      for order in orders { offer(judge(order, steps)) }
      return best ?? judge(orders[0], steps)
    }
    offer(judge(orders[0], 1))
    // The highest order is tried first: its cost bounds the search among the others.
    for order in orders.reversed() {
      func limit() -> Int {
        guard let best, best.excess <= 1 else { return Self.mostSteps }
        return (best.cost - 1) / Self.stages(order)
      }
      guard limit() >= 1 else { continue }
      var failing = 0
      var choice = judge(order, 1)
      offer(choice)
      while choice.excess > 1 {
        failing = choice.splitting.steps ?? 1
        let ratio = choice.excess.isFinite ? choice.excess : 1e9
        let factor = min(1.02 * Double.pow(ratio, 1 / Double(order)), 8)
        let guess = max(Int((Double(failing) * factor).rounded(.up)), failing + 1)
        let most = limit()
        guard failing < most, factor == 8 || guess <= 2 * most else { break }
        choice = judge(order, min(guess, most))
        offer(choice)
      }
      // Reduces the steps to the fewest that suffice, to one part in sixteen.
      while choice.excess <= 1, let steps = choice.splitting.steps,
        steps - failing > max(1, steps / 16)
      {
        let middle = judge(order, (steps + failing) / 2)
        offer(middle)
        if middle.excess <= 1 { choice = middle } else { failing = (steps + failing) / 2 }
      }
    }
    return best ?? judge(orders[0], 1)
  }

  private static func stages(_ order: Int) -> Int { order == 2 ? 1 : order == 4 ? 3 : 7 }
}
