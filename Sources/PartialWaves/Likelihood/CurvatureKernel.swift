import AutoDiff
import LinearAlgebra

/// The sum over events of a function f of the intensity, with its gradient and full Hessian.
///
/// With the derivatives of the amplitude, a = ∂A/∂θ, those of the intensity are ∂I = 2 Re(Ā·a) and
/// ∂²I = 2 Re(ā·a′) + 2 Re(Ā·∂²A). The first part is a Gram matrix of complex columns, one for each
/// coupling and each parameter of a lineshape (the columns to real and imaginary part of a coupling
/// differ by a factor i); f″∂I∂I′ is a Gram matrix of real columns. Both are products of matrices
/// over a block of events. ∂²A is zero unless both parameters belong to one term, and at least one
/// of them to a lineshape.
struct CurvatureKernel: EventKernel {
  typealias L = NativeLanes.Doubles

  let sum: AmplitudeSum
  let columns: EventSample.Columns
  let function: EventFunction
  let physical: PhysicalParameters
  private let couplings: [ComplexNumber<Double>]
  private let background: Double
  private let hasBackground: Bool
  private let isActive: [Bool]
  let groups: [InterferingTerms]
  /// One plan for each run. A run computes the dynamic factors with tangents along one slot of some
  /// of the lineshapes; the runs together cover all slots that vary.
  let dynamics: [DynamicsPlan<Tangent<L>>]
  /// For each run and each curve the slot that has the tangent, by its place among the physical
  /// parameters; nil if there is none.
  let directions: [[Int?]]

  init(
    _ sum: AmplitudeSum, _ columns: EventSample.Columns, _ function: EventFunction,
    _ grouping: AmplitudeSum.Grouping, values: [Double], isActive: [Bool]
  ) {
    self.sum = sum
    self.columns = columns
    self.function = function
    self.isActive = isActive
    let physical = PhysicalParameters(sum)
    self.physical = physical
    couplings = sum.couplings.indices.map { ComplexNumber(values[2 * $0], values[2 * $0 + 1]) }
    hasBackground = grouping.hasBackground && sum.background != nil
    background = physical.backgroundPlace.map { values[$0] } ?? 0
    groups = grouping.groups.map { InterferingTerms($0, of: sum) }
    directions = Self.directions(sum, physical, isActive)
    dynamics = directions.map { directions in
      let along = Set(directions.compactMap(\.self))
      let seeded = values.indices.map {
        Tangent<Double>(values[$0], tangent: along.contains($0) ? 1 : 0)
      }
      return DynamicsPlan(sum, physical, columns, values: seeded, isActive: isActive)
    }
  }

  /// Divides the slots that vary into runs: each slot is in one run, and no two lineshapes of a
  /// term have tangents in the same run.
  private static func directions(
    _ sum: AmplitudeSum, _ physical: PhysicalParameters, _ isActive: [Bool]
  ) -> [[Int?]] {
    var colors = [Int](repeating: 0, count: sum.curves.count)
    for curve in sum.curves.indices {
      let neighbours = sum.terms.filter { $0.curves.contains(curve) }.flatMap(\.curves)
      let taken = Set(neighbours.filter { $0 < curve }.map { colors[$0] })
      colors[curve] = (0...taken.count).first { !taken.contains($0) } ?? 0
    }
    let varying = sum.curves.indices.map { curve in
      let first = physical.curvePlaces[curve]
      return (first..<first + sum.curves[curve].parameters.count).filter { isActive[$0] }
    }
    var runs: [[Int?]] = []
    for color in 0...(colors.max() ?? 0) {
      let own = sum.curves.indices.filter { colors[$0] == color }
      let count = own.map { varying[$0].count }.max() ?? 0
      runs += (0..<count).map { number in
        sum.curves.indices.map { curve in
          colors[curve] == color && number < varying[curve].count ? varying[curve][number] : nil
        }
      }
    }
    return runs.isEmpty ? [sum.curves.map { _ in nil }] : runs
  }

  func makeScratch() -> CurvatureScratch { CurvatureScratch(self) }

  func take(from scratch: CurvatureScratch) -> CurvatureSum { scratch.take() }

  func add(_ block: UnsafePointer<Double>, to scratch: CurvatureScratch) {
    for (run, plan) in dynamics.enumerated() { plan.fill(block, scratch.planes[run]) }
    fillColumns(block, scratch)
    fillIntensities(block, scratch)
    for group in groups.indices {
      fillWaveSlopes(block, group, scratch)
      addGram(group, scratch)
      addMixed(group, scratch)
    }
    fillGradientColumns(block, scratch)
    if function == .logarithm { addOuterProducts(scratch) }
  }

  // MARK: Columns

  /// ∂A/∂c of every coupling, and ∂A/∂p of every slot that varies.
  private func fillColumns(_ block: UnsafePointer<Double>, _ scratch: CurvatureScratch) {
    let capacity = EventBlock.capacity
    for group in groups.indices {
      for column in scratch.groups[group].columns {
        for k in 0..<2 * sum.components {
          (column.planes + k * capacity).update(repeating: 0, count: capacity)
        }
        for part in column.parts {
          for k in 0..<sum.components {
            let wave = block + columns.wave(part.wave, k) * capacity
            let target = column.planes + 2 * k * capacity
            let (re, im) = (part.coupling.real, part.coupling.imaginary)
            var i = 0
            while i < capacity {
              let u = L(constantAt: wave + i)
              let x = L(constantAt: part.factor.real + i) * u
              let y = L(constantAt: part.factor.imaginary + i) * u
              (L(constantAt: target + i) + re * x - im * y).store(to: target + i, stride: 0)
              let other = target + (capacity + i)
              (L(constantAt: other) + re * y + im * x).store(to: other, stride: 0)
              i += L.laneCount
            }
          }
        }
      }
    }
  }

  /// A of every group, I, and with it f, f′ and f″ times the weight.
  private func fillIntensities(_ block: UnsafePointer<Double>, _ scratch: CurvatureScratch) {
    let capacity = EventBlock.capacity
    var i = 0
    while i < capacity {
      var intensity = L.zero
      if hasBackground {
        intensity = background * L(constantAt: block + columns.background * capacity + i)
      }
      for group in scratch.groups {
        for k in 0..<sum.components {
          var (real, imaginary) = (L.zero, L.zero)
          for column in group.columns {
            guard let coupling = column.ownCoupling else { continue }
            let x = L(constantAt: column.planes + 2 * k * capacity + i)
            let y = L(constantAt: column.planes + (2 * k + 1) * capacity + i)
            real = real + coupling.real * x - coupling.imaginary * y
            imaginary = imaginary + coupling.real * y + coupling.imaginary * x
          }
          real.store(to: group.amplitudes + 2 * k * capacity + i, stride: 0)
          imaginary.store(to: group.amplitudes + (2 * k + 1) * capacity + i, stride: 0)
          intensity = intensity + real * real + imaginary * imaginary
        }
      }
      let weight = L(constantAt: block + columns.weight * capacity + i)
      var slope = weight
      switch function {
      case .intensity: scratch.value.pointee += (weight * intensity).sum
      case .logarithm:
        scratch.value.pointee += (weight * L.log(intensity)).sum
        slope = weight / intensity
        (-(slope / intensity)).store(to: scratch.curvatures + i, stride: 0)
      }
      slope.store(to: scratch.slopes + i, stride: 0)
      i += L.laneCount
    }
  }

  /// Y_w = 2q·Σ_k Ā_k·U_w^k, and the columns times q.
  private func fillWaveSlopes(
    _ block: UnsafePointer<Double>, _ group: Int, _ scratch: CurvatureScratch
  ) {
    let capacity = EventBlock.capacity
    let own = scratch.groups[group]
    for (number, wave) in groups[group].waves.enumerated() {
      let target = own.waveSlopes + 2 * number * capacity
      var i = 0
      while i < capacity {
        var (real, imaginary) = (L.zero, L.zero)
        for k in 0..<sum.components {
          let u = L(constantAt: block + columns.wave(wave.wave, k) * capacity + i)
          real = real + L(constantAt: own.amplitudes + 2 * k * capacity + i) * u
          imaginary = imaginary - L(constantAt: own.amplitudes + (2 * k + 1) * capacity + i) * u
        }
        let slope = 2 * L(constantAt: scratch.slopes + i)
        (slope * real).store(to: target + i, stride: 0)
        (slope * imaginary).store(to: target + capacity + i, stride: 0)
        i += L.laneCount
      }
    }
  }

  /// ∂I/∂θ for every physical parameter.
  private func fillGradientColumns(_ block: UnsafePointer<Double>, _ scratch: CurvatureScratch) {
    let capacity = EventBlock.capacity
    for place in scratch.activePlaces {
      (scratch.gradientColumns + scratch.rows[place] * capacity).update(
        repeating: 0, count: capacity)
    }
    for group in scratch.groups {
      for column in group.columns where scratch.rows[column.place] >= 0 {
        let target = scratch.gradientColumns + scratch.rows[column.place] * capacity
        var i = 0
        while i < capacity {
          var (real, imaginary) = (L.zero, L.zero)
          for k in 0..<sum.components {
            let a = L(constantAt: group.amplitudes + 2 * k * capacity + i)
            let b = L(constantAt: group.amplitudes + (2 * k + 1) * capacity + i)
            let x = L(constantAt: column.planes + 2 * k * capacity + i)
            let y = L(constantAt: column.planes + (2 * k + 1) * capacity + i)
            real = real + a * x + b * y
            imaginary = imaginary + a * y - b * x
          }
          (L(constantAt: target + i) + 2 * real).store(to: target + i, stride: 0)
          if column.ownCoupling != nil {
            let other = target + (capacity + i)
            (L(constantAt: other) - 2 * imaginary).store(to: other, stride: 0)
          }
          i += L.laneCount
        }
      }
    }
    if hasBackground, let place = physical.backgroundPlace, scratch.rows[place] >= 0 {
      (scratch.gradientColumns + scratch.rows[place] * capacity).update(
        from: block + columns.background * capacity, count: capacity)
    }
    for place in scratch.activePlaces {
      let column = scratch.gradientColumns + scratch.rows[place] * capacity
      var total = L.zero
      var i = 0
      while i < capacity {
        total = total + L(constantAt: scratch.slopes + i) * L(constantAt: column + i)
        i += L.laneCount
      }
      scratch.gradient[place] += total.sum
    }
  }

  // MARK: Products

  /// Σ q·ā·a′, two columns by two columns.
  private func addGram(_ group: Int, _ scratch: CurvatureScratch) {
    let own = scratch.groups[group]
    let (list, gram, n) = (own.varying, own.gram, own.varying.count)
    @inline(__always) func add(_ product: ComplexNumber<Double>, _ i: Int, _ j: Int) {
      gram[2 * (i * n + j)] += product.real
      gram[2 * (i * n + j) + 1] += product.imaginary
    }
    for a in stride(from: 0, to: n, by: 2) {
      let second = min(a + 1, n - 1)
      for b in stride(from: a, to: n, by: 2) {
        let fourth = min(b + 1, n - 1)
        let tile = gramTile(
          list[a].planes, list[second].planes, list[b].planes, list[fourth].planes, scratch.slopes)
        add(tile[0], a, b)
        if fourth != b { add(tile[1], a, fourth) }
        guard second != a else { continue }
        // On the diagonal this product is the complex conjugate of the one before.
        if b != a { add(tile[2], second, b) }
        if fourth != b { add(tile[3], second, fourth) }
      }
    }
  }

  /// Σ q·ā·b of two by two columns over a block.
  @inline(__always)
  private func gramTile(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ c: UnsafePointer<Double>,
    _ d: UnsafePointer<Double>, _ slopes: UnsafePointer<Double>
  ) -> InlineArray<4, ComplexNumber<Double>> {
    let capacity = EventBlock.capacity
    var (acRe, acIm, adRe, adIm) = (L.zero, L.zero, L.zero, L.zero)
    var (bcRe, bcIm, bdRe, bdIm) = (L.zero, L.zero, L.zero, L.zero)
    for k in 0..<sum.components {
      let real = 2 &* k &* capacity
      let imaginary = real &+ capacity
      var i = 0
      while i < capacity {
        let q = L(constantAt: slopes + i)
        let aRe = q * L(constantAt: a + (real &+ i))
        let aIm = q * L(constantAt: a + (imaginary &+ i))
        let bRe = q * L(constantAt: b + (real &+ i))
        let bIm = q * L(constantAt: b + (imaginary &+ i))
        let cRe = L(constantAt: c + (real &+ i))
        let cIm = L(constantAt: c + (imaginary &+ i))
        acRe = acRe + aRe * cRe + aIm * cIm
        acIm = acIm + aRe * cIm - aIm * cRe
        bcRe = bcRe + bRe * cRe + bIm * cIm
        bcIm = bcIm + bRe * cIm - bIm * cRe
        let dRe = L(constantAt: d + (real &+ i))
        let dIm = L(constantAt: d + (imaginary &+ i))
        adRe = adRe + aRe * dRe + aIm * dIm
        adIm = adIm + aRe * dIm - aIm * dRe
        bdRe = bdRe + bRe * dRe + bIm * dIm
        bdIm = bdIm + bRe * dIm - bIm * dRe
        i &+= L.laneCount
      }
    }
    return [
      ComplexNumber(acRe.sum, acIm.sum), ComplexNumber(adRe.sum, adIm.sum),
      ComplexNumber(bcRe.sum, bcIm.sum), ComplexNumber(bdRe.sum, bdIm.sum),
    ]
  }

  /// Σ q·2 Re(Ā·∂²A).
  private func addMixed(_ group: Int, _ scratch: CurvatureScratch) {
    let capacity = EventBlock.capacity
    let own = scratch.groups[group]
    for (term, entries) in zip(groups[group].terms, groups[group].entries) {
      let slopes = scratch.derivatives.filter { $0.term == term }
      guard !slopes.isEmpty else { continue }
      for slope in slopes {
        for (coupling, wave) in entries where isActive[2 * coupling] {
          let y = own.waveSlopes + 2 * wave * capacity
          let product = Self.dot(y, slope.real, slope.imaginary)
          scratch.add(product.real, 2 * coupling, slope.place)
          scratch.add(-product.imaginary, 2 * coupling + 1, slope.place)
        }
      }
      // Σ c·Y of the term: the derivative of the sum with respect to its dynamic factor.
      let factorSlopes = scratch.factorSlopes
      for i in 0..<2 * capacity { factorSlopes[i] = 0 }
      for (coupling, wave) in entries {
        let c = couplings[coupling]
        let y = own.waveSlopes + 2 * wave * capacity
        var i = 0
        while i < capacity {
          let (re, im) = (L(constantAt: y + i), L(constantAt: y + capacity + i))
          (L(constantAt: factorSlopes + i) + c.real * re - c.imaginary * im)
            .store(to: factorSlopes + i, stride: 0)
          (L(constantAt: factorSlopes + capacity + i) + c.real * im + c.imaginary * re)
            .store(to: factorSlopes + capacity + i, stride: 0)
          i += L.laneCount
        }
      }
      for second in scratch.secondDerivatives where second.term == term {
        let product = Self.dot(factorSlopes, second.real, second.imaginary)
        scratch.add(product.real, second.place, second.other)
      }
    }
  }

  /// Σ a·b, complex, over a block.
  @inline(__always)
  private static func dot(
    _ a: UnsafePointer<Double>, _ real: UnsafePointer<Double>, _ imaginary: UnsafePointer<Double>
  ) -> ComplexNumber<Double> {
    let capacity = EventBlock.capacity
    var (re, im) = (L.zero, L.zero)
    var i = 0
    while i < capacity {
      let (x, y) = (L(constantAt: a + i), L(constantAt: a + (capacity &+ i)))
      let (u, v) = (L(constantAt: real + i), L(constantAt: imaginary + i))
      re = re + x * u - y * v
      im = im + x * v + y * u
      i &+= L.laneCount
    }
    return ComplexNumber(re.sum, im.sum)
  }

  /// Σ f″·∂I·∂I′, two columns by two columns.
  private func addOuterProducts(_ scratch: CurvatureScratch) {
    let capacity = EventBlock.capacity
    let places = scratch.activePlaces
    func column(_ place: Int) -> UnsafePointer<Double> {
      UnsafePointer(scratch.gradientColumns + scratch.rows[place] * capacity)
    }
    for a in stride(from: 0, to: places.count, by: 2) {
      let second = min(a + 1, places.count - 1)
      for b in stride(from: a, to: places.count, by: 2) {
        let fourth = min(b + 1, places.count - 1)
        let (first, other) = (column(places[a]), column(places[second]))
        let (third, last) = (column(places[b]), column(places[fourth]))
        var (ac, ad, bc, bd) = (L.zero, L.zero, L.zero, L.zero)
        var i = 0
        while i < capacity {
          let q = L(constantAt: scratch.curvatures + i)
          let x = q * L(constantAt: first + i)
          let y = q * L(constantAt: other + i)
          let u = L(constantAt: third + i)
          let v = L(constantAt: last + i)
          ac = ac + x * u
          ad = ad + x * v
          bc = bc + y * u
          bd = bd + y * v
          i &+= L.laneCount
        }
        scratch.add(ac.sum, places[a], places[b])
        if fourth != b { scratch.add(ad.sum, places[a], places[fourth]) }
        if second != a {
          if b != a { scratch.add(bc.sum, places[second], places[b]) }
          if fourth != b { scratch.add(bd.sum, places[second], places[fourth]) }
        }
      }
    }
  }

  /// The value of a coupling, for the parts of a column (``CurvatureScratch``).
  func coupling(_ i: Int) -> ComplexNumber<Double> { couplings[i] }

  func isActive(_ place: Int) -> Bool { isActive[place] }
}
