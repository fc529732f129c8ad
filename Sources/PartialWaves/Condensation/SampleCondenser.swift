import AutoDiff
import Communication

/// Finds a small sample with the same integrals as a large one.
///
/// If all lineshapes are functions of one squared mass s, the sum of the intensity over events e of
/// weights v_e is
///
/// Σ_e v_e Σ_{w,w′} Z_w(s_e) Z̄_w′(s_e) U_w·U_w′(e), Z_w = Σ_t c_{t,w} D_t.
///
/// In a cell, a short interval of x = √(s − s₀) with s₀ the threshold, the products Z_w Z̄_w′ are
/// polynomials to within rounding, given by their values at Chebyshev points x_j. With ℓ_j
/// Lagrange's polynomials the events of a cell are then equivalent to
///
/// Σ_j Σ_{w,w′} Z_w(s_j) Z̄_w′(s_j) Q_j, Q_j = Σ_e v_e ℓ_j(x_e) U_w·U_w′(e) = Σ_k λ_k u_k·u_kᵀ,
///
/// a few events at each s_j with the eigenvectors for waves and the eigenvalues for weights.
/// Neither couplings nor parameters of lineshapes occur in them: the small sample has the same
/// integral for all values, as long as the lineshapes remain smooth within a cell.
///
/// Cells are halved until the products, those with derivatives of lineshapes too, are polynomials
/// in each cell at all test points of the parameters. A cell with too few events to gain anything
/// keeps its events. So does a cell at the threshold of another channel, where a derivative
/// diverges.
///
/// - SeeAlso: L. Trefethen, Approximation Theory and Approximation Practice (2013), chapter 5 on
///   interpolation in Chebyshev points, chapter 8 on its convergence for analytic functions.
struct SampleCondenser: Sendable {
  let amplitude: AmplitudeSum
  /// s₀ [GeV²]: lineshapes are smooth functions of the momentum √(s − s₀), not of s.
  let threshold: Double
  /// The test points: values of all parameters at which the products are to be polynomials.
  let points: [[Double]]
  /// Which parameters vary.
  let isVaried: [Bool]
  /// The largest deviation of a product from a polynomial, relative to the peaks of its factors.
  var tolerance = 1e-11

  /// Number of Chebyshev points of a cell. With more points cells can be longer, but a cell needs
  /// more events before condensing it gains anything.
  private static let order = 12

  /// The condensed sample, shared by the processes; nil if it would not be smaller than half of the sample.
  ///
  /// - Throws: `DataFileError` if the events are on the disk and cannot be read; `Interruption`.
  func callAsFunction(_ sample: EventSample, _ workers: Workers) throws -> EventSample? {
    guard let mass = amplitude.onlyMass else { return nil }
    let column = sample.columns.mass(mass)
    let places = try sample.numbers(inColumn: column).map(place).sorted()
    let extremes = try EventShare.extremes(workers.communicator, of: places.suffix(1))
    guard let last = extremes?.largest, last > 0 else { return nil }
    let cells = try MassCells(
      upTo: last * (1 + 0x1p-40), of: places, order: Self.order,
      worth: sample.columns.eventsPerNode * Self.order,
      isSmooth: smoothness(upTo: last).callAsFunction, workers.communicator)
    guard cells.eventCount(perNode: sample.columns.eventsPerNode) < sample.share.total / 2 else {
      return nil
    }
    let sums = try NodeSums(of: sample, mass: mass, cells, place: place, workers)
    return try sums.sample(for: sample, mass: mass, cells, workers.communicator) {
      threshold + $0 * $0
    }
  }

  /// x of an event; negative below the threshold, where measured masses may lie.
  @Sendable private func place(_ s: Double) -> Double {
    s < threshold ? -1 : (s - threshold).squareRoot()
  }

  private func smoothness(upTo last: Double) -> ProductSmoothness {
    ProductSmoothness(
      of: amplitude, points, isVaried: isVaried, threshold: threshold, upTo: last,
      ChebyshevInterpolation(order: Self.order), tolerance: tolerance)
  }
}

extension AmplitudeSum {
  /// The only squared mass that lineshapes depend on, by its number; nil if there are several or
  /// none, or if a term has another factor beside one lineshape.
  var onlyMass: Int? {
    let masses = Set(terms.flatMap(\.curves).map { curves[$0].mass })
    guard masses.count == 1, terms.allSatisfy({ $0.curves.count == 1 && $0.factor == nil }) else {
      return nil
    }
    return masses.first
  }
}

extension EventSample.Columns {
  /// The largest number of events that represent the matrix of a node. One event holds as many
  /// eigenvectors as there are components; one more is needed since eigenvalues of different sign
  /// are in different events.
  var eventsPerNode: Int { (waves + components - 1) / components + 1 }
}
