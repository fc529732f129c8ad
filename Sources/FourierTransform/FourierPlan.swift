import CFFTW
import Synchronization

/// A plan for transforms of one kind and layout. It is made once, and used by any number of
/// threads.
///
/// FFTW: M. Frigo and S. G. Johnson, Proc. IEEE 93, 216 (2005), doi:10.1109/JPROC.2004.840301.
public final class FourierPlan<Word: FourierWord>: @unchecked Sendable {
  // FFTW's executors may be called by several threads at once; its planner may not.
  private let plan: OpaquePointer
  /// Where the numbers of the transforms lie.
  public let layout: FourierLayout
  /// What is transformed to what.
  public let kind: FourierKind

  /// Plans a transform.
  ///
  /// The addresses of data must be multiples of 16 bytes, as FFTW loads vectors; those of
  /// ``FourierKind/cosine`` need no alignment.
  ///
  /// - Precondition: The layout has a positive length and count.
  public init(_ kind: FourierKind, _ layout: FourierLayout, _ planning: FourierPlanning = .estimate)
  {
    precondition(layout.length > 0 && layout.count > 0, "there is nothing to transform")
    self.kind = kind
    self.layout = layout
    let anywhere = kind == .cosine ? FFTW_UNALIGNED : 0
    let made = plannerLock.withLock { _ in
      Word.plan(layout, kind, flags: planning.flag | anywhere)
    }
    guard let made else { preconditionFailure("FFTW has no plan for \(layout)") }
    plan = made
  }

  deinit { plannerLock.withLock { _ in Word.destroy(plan) } }

  /// Transforms `input` to `output`; the same address for a plan in place.
  @inline(__always)
  public func callAsFunction(
    _ input: UnsafeMutablePointer<Word>, _ output: UnsafeMutablePointer<Word>
  ) {
    Word.execute(plan, kind, input, output)
  }

  /// Transforms in place.
  @inline(__always)
  public func callAsFunction(_ data: UnsafeMutablePointer<Word>) {
    Word.execute(plan, kind, data, data)
  }
}

/// How FFTW chooses among its algorithms.
public enum FourierPlanning: String, Sendable, CaseIterable {
  /// By a fixed rule: the same algorithm each time, hence the same bits.
  case estimate
  /// By timing several: faster transforms, but the choice, and with it the last bits, may differ
  /// from run to run.
  case measure

  var flag: UInt32 { self == .estimate ? FFTW_ESTIMATE : FFTW_MEASURE }
}

/// FFTW's planner keeps tables of its own and serves one caller at a time.
private let plannerLock = Mutex<Void>(())

/// The smallest number ≥ `count` without prime factors other than 2, 3, 5 and 7.
public func smoothLength(atLeast count: Int) -> Int {
  var candidate = max(count, 1)
  while true {
    var rest = candidate
    for factor in [2, 3, 5, 7] {
      while rest.isMultiple(of: factor) { rest /= factor }
    }
    if rest == 1 { return candidate }
    candidate += 1
  }
}
