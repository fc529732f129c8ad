import AutoDiff
import LinearAlgebra

/// Memory of one thread for ``CurvatureKernel``.
final class CurvatureScratch: EventScratch {
  /// ∂A with respect to a coupling or a slot of a lineshape: complex planes, one pair for each
  /// component of the amplitude. A plane is an array over the events of a block.
  struct Column {
    /// A summand: a dynamic factor (or its derivative) times a wave times a number.
    struct Part {
      let factor: (real: UnsafePointer<Double>, imaginary: UnsafePointer<Double>)
      let wave: Int
      let coupling: ComplexNumber<Double>
    }

    /// The place among the physical parameters; for a coupling, that of its real part.
    let place: Int
    /// The coupling's value; nil for a slot.
    let ownCoupling: ComplexNumber<Double>?
    let planes: UnsafeMutablePointer<Double>
    let parts: [Part]
  }

  /// Terms that interfere.
  struct Group {
    let columns: [Column]
    /// Those whose parameters vary.
    let varying: [Column]
    /// Σ q·ā·b of the varying columns, real and imaginary parts, row after row; above the diagonal
    /// and on it.
    let gram: UnsafeMutablePointer<Double>
    let amplitudes: UnsafeMutablePointer<Double>
    let waveSlopes: UnsafeMutablePointer<Double>
  }

  struct Derivative {
    let term: Int
    let place: Int
    /// The second slot of a second derivative.
    let other: Int
    let real: UnsafePointer<Double>
    let imaginary: UnsafePointer<Double>
  }

  /// Dynamic factors by run.
  let planes: [UnsafeMutablePointer<Double>]
  let groups: [Group]
  /// First derivatives of dynamic factors.
  let derivatives: [Derivative]
  /// Second derivatives of dynamic factors, each pair of slots once.
  let secondDerivatives: [Derivative]
  /// f′ and f″ times the weight.
  let slopes: UnsafeMutablePointer<Double>
  let curvatures: UnsafeMutablePointer<Double>
  /// The derivative of the sum with respect to the dynamic factor of one term.
  let factorSlopes: UnsafeMutablePointer<Double>
  /// ∂I with respect to each parameter that varies.
  let gradientColumns: UnsafeMutablePointer<Double>
  /// The places of the physical parameters that vary.
  let activePlaces: [Int]
  /// The row of each physical parameter; −1 if it does not vary.
  let rows: [Int]
  let blocks = BlockScratch()

  let value: UnsafeMutablePointer<Double>
  /// By physical parameter.
  let gradient: UnsafeMutablePointer<Double>
  /// Row after row of the parameters that vary; only the lower triangle is used.
  private let hessian: UnsafeMutablePointer<Double>
  private let count: Int
  private let physicalCount: Int
  private let owned: [UnsafeMutablePointer<Double>]

  init(_ kernel: CurvatureKernel) {
    let capacity = EventBlock.capacity
    let physicalCount = kernel.physical.count
    self.physicalCount = physicalCount
    activePlaces = (0..<physicalCount).filter { kernel.isActive($0) }
    count = activePlaces.count
    var rows = [Int](repeating: -1, count: physicalCount)
    for (row, place) in activePlaces.enumerated() { rows[place] = row }
    self.rows = rows
    var owned: [UnsafeMutablePointer<Double>] = []
    func words(_ count: Int) -> UnsafeMutablePointer<Double> {
      let memory = UnsafeMutablePointer<Double>.allocateLines(for: count)
      memory.initialize(repeating: 0, count: max(count, 1))
      owned.append(memory)
      return memory
    }
    value = words(1)
    gradient = words(physicalCount)
    hessian = words(count * count)
    planes = kernel.dynamics.map { words($0.wordCount) }
    slopes = words(capacity)
    curvatures = words(capacity)
    factorSlopes = words(2 * capacity)
    gradientColumns = words(activePlaces.count * capacity)

    let factors = kernel.dynamics[0].factors(in: planes[0])
    let derivatives = kernel.dynamics[0].derivatives(in: planes[0]).map {
      Derivative(
        term: $0.term, place: $0.place, other: $0.place, real: UnsafePointer($0.planes.real),
        imaginary: UnsafePointer($0.planes.imaginary))
    }
    self.derivatives = derivatives
    var secondDerivatives: [Derivative] = []
    for (run, plan) in kernel.dynamics.enumerated() {
      for derivative in plan.derivatives(in: planes[run]) {
        for curve in kernel.sum.terms[derivative.term].curves {
          // Each pair of slots once: the second not before the first.
          guard let other = kernel.directions[run][curve], other >= derivative.place else {
            continue
          }
          secondDerivatives.append(
            Derivative(
              term: derivative.term, place: derivative.place, other: other,
              real: UnsafePointer(derivative.planes.real + capacity),
              imaginary: UnsafePointer(derivative.planes.imaginary + capacity)))
        }
      }
    }
    self.secondDerivatives = secondDerivatives
    groups = kernel.groups.map { group in
      var parts: [Int: [Column.Part]] = [:]
      for (term, entries) in zip(group.terms, group.entries) {
        for (coupling, wave) in entries {
          parts[2 * coupling, default: []].append(
            .init(
              factor: (
                UnsafePointer(factors[term].real), UnsafePointer(factors[term].imaginary)
              ), wave: group.waves[wave].wave, coupling: .one))
        }
        for slope in derivatives where slope.term == term {
          parts[slope.place, default: []] += entries.map { coupling, wave in
            .init(
              factor: (slope.real, slope.imaginary), wave: group.waves[wave].wave,
              coupling: kernel.coupling(coupling))
          }
        }
      }
      let columns = parts.keys.sorted().map { place in
        let memory = words(2 * kernel.sum.components * capacity)
        let isCoupling = place < 2 * kernel.sum.couplings.count
        return Column(
          place: place, ownCoupling: isCoupling ? kernel.coupling(place / 2) : nil,
          planes: memory, parts: parts[place] ?? [])
      }
      let amplitudes = words(2 * kernel.sum.components * capacity)
      let waveSlopes = words(2 * group.waves.count * capacity)
      let varying = columns.filter { rows[$0.place] >= 0 }
      return Group(
        columns: columns, varying: varying,
        gram: words(2 * varying.count * varying.count), amplitudes: amplitudes,
        waveSlopes: waveSlopes)
    }
    self.owned = owned
  }

  deinit {
    for memory in owned { memory.deallocate() }
  }

  /// Adds to the second derivative with respect to two physical parameters, in either order.
  @inline(__always)
  func add(_ value: Double, _ a: Int, _ b: Int) {
    let (i, j) = (rows[a], rows[b])
    guard i >= 0, j >= 0 else { return }
    hessian[max(i, j) * count + min(i, j)] += value
  }

  /// The sums so far, which are then set to zero. The Hessian is that with respect to the
  /// parameters that vary.
  func take() -> CurvatureSum {
    for group in groups { expandGram(group) }
    let sum = CurvatureSum(
      value: value.pointee, gradient: (0..<physicalCount).map { gradient[$0] },
      hessian: DenseMatrix(rows: count, columns: count) { i, j in
        hessian[max(i, j) * count + min(i, j)]
      }, places: activePlaces)
    value.pointee = 0
    gradient.update(repeating: 0, count: physicalCount)
    hessian.update(repeating: 0, count: count * count)
    return sum
  }

  /// Adds 2 Re(ā·b) for the real parameters of two columns: if a is the column of a coupling's real
  /// part, that of its imaginary part is i·a.
  private func expandGram(_ group: Group) {
    let n = group.varying.count
    for i in 0..<n {
      for j in i..<n {
        let (a, b) = (group.varying[i], group.varying[j])
        let place = 2 * (i * n + j)
        let (real, imaginary) = (2 * group.gram[place], 2 * group.gram[place + 1])
        group.gram[place] = 0
        group.gram[place + 1] = 0
        let (aIsComplex, bIsComplex) = (a.ownCoupling != nil, b.ownCoupling != nil)
        add(real, a.place, b.place)
        if aIsComplex, bIsComplex { add(real, a.place + 1, b.place + 1) }
        guard i != j else { continue }
        if bIsComplex { add(-imaginary, a.place, b.place + 1) }
        if aIsComplex { add(imaginary, a.place + 1, b.place) }
      }
    }
  }
}
