import CFFTW

/// A precision that FFTW transforms: `Double` or `Float`.
///
/// The requirements are FFTW's own planner and executor of that precision; ``FourierPlan`` is how
/// they are used.
public protocol FourierWord: BinaryFloatingPoint, BitwiseCopyable, Codable, SIMDScalar, Sendable {
  static func plan(_ layout: FourierLayout, _ kind: FourierKind, flags: UInt32) -> OpaquePointer?
  static func execute(
    _ plan: OpaquePointer, _ kind: FourierKind, _ input: UnsafeMutablePointer<Self>,
    _ output: UnsafeMutablePointer<Self>)
  static func destroy(_ plan: OpaquePointer)
}

/// What is transformed to what. Numbers of a complex sequence are pairs of words: real, imaginary.
public enum FourierKind: Sendable {
  /// X_k = Σ x_j·exp(−2πi jk/n), complex to complex.
  case forward
  /// x_j = Σ X_k·exp(+2πi jk/n), complex to complex, without a factor 1/n.
  case backward
  /// ``forward`` of real numbers; k = 0 … n/2 are kept.
  case realToComplex
  /// ``backward`` of what ``realToComplex`` gives. It destroys its input.
  case complexToReal
  /// The discrete cosine transform of type I of n points: X_k = x_0 + (−1)^k x_{n−1} +
  /// 2 Σ_{0<j<n−1} x_j cos(πjk/(n−1)). Twice applied, it is 2(n−1) times the identity.
  case cosine
}

/// Where the numbers of several transforms of one length lie: number j of transform m at
/// j·stride + m·distance, counted in numbers of their kind.
public struct FourierLayout: Sendable, Hashable {
  /// The number of points n of one transform; of the real sequence for real-to-complex and
  /// complex-to-real transforms.
  public var length: Int
  /// The number of transforms.
  public var count: Int
  /// From one number of an input sequence to the next.
  public var inputStride: Int
  /// From the first number of an input sequence to that of the next sequence.
  public var inputDistance: Int
  /// From one number of an output sequence to the next.
  public var outputStride: Int
  /// From the first number of an output sequence to that of the next sequence.
  public var outputDistance: Int
  /// True if the output overwrites the input.
  public var isInPlace: Bool

  /// Transforms in place.
  public init(length: Int, count: Int, stride: Int, distance: Int) {
    self.init(
      length: length, count: count, input: (stride, distance), output: (stride, distance),
      inPlace: true)
  }

  /// `count` transforms of `length` points, in place or from one memory area to another.
  public init(
    length: Int, count: Int, input: (stride: Int, distance: Int),
    output: (stride: Int, distance: Int), inPlace: Bool
  ) {
    self.length = length
    self.count = count
    inputStride = input.stride
    inputDistance = input.distance
    outputStride = output.stride
    outputDistance = output.distance
    isInPlace = inPlace
  }
}

extension Double: FourierWord {
  public static func plan(
    _ layout: FourierLayout, _ kind: FourierKind, flags: UInt32
  ) -> OpaquePointer? {
    let (n, count) = ([Int32(layout.length)], Int32(layout.count))
    let (s, d) = (Int32(layout.inputStride), Int32(layout.inputDistance))
    let (os, od) = (Int32(layout.outputStride), Int32(layout.outputDistance))
    return PlanningArea<Double>.use(layout, kind) { input, output in
      let (from, to) = (input.complex(fftw_complex.self), output.complex(fftw_complex.self))
      switch kind {
      case .forward:
        return fftw_plan_many_dft(
          1, n, count, from, nil, s, d, to, nil, os, od, FFTW_FORWARD, flags)
      case .backward:
        return fftw_plan_many_dft(
          1, n, count, from, nil, s, d, to, nil, os, od, FFTW_BACKWARD, flags)
      case .realToComplex:
        return fftw_plan_many_dft_r2c(1, n, count, input, nil, s, d, to, nil, os, od, flags)
      case .complexToReal:
        return fftw_plan_many_dft_c2r(1, n, count, from, nil, s, d, output, nil, os, od, flags)
      case .cosine:
        return fftw_plan_many_r2r(
          1, n, count, input, nil, s, d, output, nil, os, od, [FFTW_REDFT00], flags)
      }
    }
  }

  public static func execute(
    _ plan: OpaquePointer, _ kind: FourierKind, _ input: UnsafeMutablePointer<Double>,
    _ output: UnsafeMutablePointer<Double>
  ) {
    let (from, to) = (input.complex(fftw_complex.self), output.complex(fftw_complex.self))
    switch kind {
    case .forward, .backward: fftw_execute_dft(plan, from, to)
    case .realToComplex: fftw_execute_dft_r2c(plan, input, to)
    case .complexToReal: fftw_execute_dft_c2r(plan, from, output)
    case .cosine: fftw_execute_r2r(plan, input, output)
    }
  }

  public static func destroy(_ plan: OpaquePointer) { fftw_destroy_plan(plan) }
}

extension Float: FourierWord {
  public static func plan(
    _ layout: FourierLayout, _ kind: FourierKind, flags: UInt32
  ) -> OpaquePointer? {
    let (n, count) = ([Int32(layout.length)], Int32(layout.count))
    let (s, d) = (Int32(layout.inputStride), Int32(layout.inputDistance))
    let (os, od) = (Int32(layout.outputStride), Int32(layout.outputDistance))
    return PlanningArea<Float>.use(layout, kind) { input, output in
      let (from, to) = (input.complex(fftwf_complex.self), output.complex(fftwf_complex.self))
      switch kind {
      case .forward:
        return fftwf_plan_many_dft(
          1, n, count, from, nil, s, d, to, nil, os, od, FFTW_FORWARD, flags)
      case .backward:
        return fftwf_plan_many_dft(
          1, n, count, from, nil, s, d, to, nil, os, od, FFTW_BACKWARD, flags)
      case .realToComplex:
        return fftwf_plan_many_dft_r2c(1, n, count, input, nil, s, d, to, nil, os, od, flags)
      case .complexToReal:
        return fftwf_plan_many_dft_c2r(1, n, count, from, nil, s, d, output, nil, os, od, flags)
      case .cosine:
        return fftwf_plan_many_r2r(
          1, n, count, input, nil, s, d, output, nil, os, od, [FFTW_REDFT00], flags)
      }
    }
  }

  public static func execute(
    _ plan: OpaquePointer, _ kind: FourierKind, _ input: UnsafeMutablePointer<Float>,
    _ output: UnsafeMutablePointer<Float>
  ) {
    let (from, to) = (input.complex(fftwf_complex.self), output.complex(fftwf_complex.self))
    switch kind {
    case .forward, .backward: fftwf_execute_dft(plan, from, to)
    case .realToComplex: fftwf_execute_dft_r2c(plan, input, to)
    case .complexToReal: fftwf_execute_dft_c2r(plan, from, output)
    case .cosine: fftwf_execute_r2r(plan, input, output)
    }
  }

  public static func destroy(_ plan: OpaquePointer) { fftwf_destroy_plan(plan) }
}

extension UnsafeMutablePointer where Pointee: FourierWord {
  /// The same address, as one of pairs of words.
  fileprivate func complex<Pair>(_ type: Pair.Type) -> UnsafeMutablePointer<Pair> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: type)
  }
}

/// Memory for the planner to look at, and to write to if it measures.
private enum PlanningArea<Word: FourierWord> {
  static func use(
    _ layout: FourierLayout, _ kind: FourierKind,
    _ body: (UnsafeMutablePointer<Word>, UnsafeMutablePointer<Word>) -> OpaquePointer?
  ) -> OpaquePointer? {
    func words(_ stride: Int, _ distance: Int) -> Int {
      2 * ((layout.length - 1) * stride + (layout.count - 1) * distance + 1) + 4
    }
    let size = max(
      words(layout.inputStride, layout.inputDistance),
      words(layout.outputStride, layout.outputDistance))
    let input = AlignedWords<Word>(count: size)
    if layout.isInPlace { return body(input.words, input.words) }
    let output = AlignedWords<Word>(count: size)
    return withExtendedLifetime(output) { body(input.words, output.words) }
  }
}
