import AutoDiff
import LinearAlgebra

/// Memory of one thread for ``CurvatureKernel``.
final class CurvatureScratch {
  /// ∂A to a coupling, or to a slot of a lineshape: complex planes, one pair for each component.
  struct Column {
    /// What is added up: a dynamic factor (or its derivative) times a wave times a number.
    struct Part {
      let factor: (real: UnsafePointer<Double>, imaginary: UnsafePointer<Double>)
      let wave: Int
      let coupling: ComplexNumber<Double>
    }

    /// Among the physical parameters; of a coupling that of its real part.
    let place: Int
    /// The coupling's value; nil for a slot.
    let ownCoupling: ComplexNumber<Double>?
    let planes: UnsafeMutablePointer<Double>
    let parts: [Part]
  }

  /// Terms that interfere.
  struct Group {
    let columns: [Column]
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
  private(set) var groups: [Group] = []
  private(set) var derivatives: [Derivative] = []
  private(set) var secondDerivatives: [Derivative] = []
  /// f′ and f″ times the weight.
  let slopes: UnsafeMutablePointer<Double>
  let curvatures: UnsafeMutablePointer<Double>
  let back: UnsafeMutablePointer<Double>
  let gradientColumns: UnsafeMutablePointer<Double>
  /// Of the physical parameters that vary.
  let activePlaces: [Int]
  /// The row of each physical parameter; −1 if it does not vary.
  let rows: [Int]
  let blocks = BlockScratch()

  var value = 0.0
  var gradient: [Double]
  private var hessian: DenseMatrix
  private var owned: [UnsafeMutablePointer<Double>] = []

  init(_ kernel: CurvatureKernel) {
    let capacity = EventBlock.capacity
    let count = kernel.physical.count
    activePlaces = (0..<count).filter { kernel.isActive($0) }
    var rows = [Int](repeating: -1, count: count)
    for (row, place) in activePlaces.enumerated() { rows[place] = row }
    self.rows = rows
    gradient = [Double](repeating: 0, count: count)
    hessian = .zero(rows: activePlaces.count, columns: activePlaces.count)
    func words(_ count: Int) -> UnsafeMutablePointer<Double> {
      let memory = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
      memory.initialize(repeating: 0, count: max(count, 1))
      return memory
    }
    planes = kernel.dynamics.map { words($0.wordCount) }
    slopes = words(capacity)
    curvatures = words(capacity)
    back = words(2 * capacity)
    gradientColumns = words(activePlaces.count * capacity)
    owned = planes + [slopes, curvatures, back, gradientColumns]

    let factors = kernel.dynamics[0].factors(in: planes[0])
    derivatives = kernel.dynamics[0].derivatives(in: planes[0]).map {
      Derivative(
        term: $0.term, place: $0.place, other: $0.place, real: UnsafePointer($0.planes.real),
        imaginary: UnsafePointer($0.planes.imaginary))
    }
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
        owned.append(memory)
        let isCoupling = place < 2 * kernel.sum.couplings.count
        return Column(
          place: place, ownCoupling: isCoupling ? kernel.coupling(place / 2) : nil,
          planes: memory, parts: parts[place] ?? [])
      }
      let amplitudes = words(2 * kernel.sum.components * capacity)
      let waveSlopes = words(2 * group.waves.count * capacity)
      owned += [amplitudes, waveSlopes]
      return Group(columns: columns, amplitudes: amplitudes, waveSlopes: waveSlopes)
    }
  }

  deinit {
    for memory in owned { memory.deallocate() }
  }

  /// Adds to the second derivative to two physical parameters.
  func add(_ value: Double, _ a: Int, _ b: Int) {
    let (i, j) = (rows[a], rows[b])
    guard i >= 0, j >= 0 else { return }
    hessian[i, j] += value
    if i != j { hessian[j, i] += value }
  }

  /// The sums so far, after which they begin anew. The Hessian is that to the parameters that vary.
  func take() -> CurvatureSum {
    let sum = CurvatureSum(value: value, gradient: gradient, hessian: hessian)
    value = 0
    gradient = [Double](repeating: 0, count: gradient.count)
    hessian = .zero(rows: activePlaces.count, columns: activePlaces.count)
    return sum
  }
}
