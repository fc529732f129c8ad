import AutoDiff
import BeamMaps
import Communication

/// An effect of the common shape: every particle adds to a list of sums, one formula computes a
/// response from the sums, and the response kicks every particle according to its position.
///
/// A wake field is an example: charges are added to bins along the bunch, the response is their
/// convolution with the wake function, and each particle loses an energy interpolated between two
/// bins. All three parts are written once, generic over the scalar, and their derivatives follow
/// from that: the backward pass is the transpose of deposit and kick, with a tape of the formula
/// between them. A kick changes momenta by functions of positions, so that it can be reversed
/// exactly.
///
///     struct Feedback: EffectBySums {
///       var gain: Double
///       var sumCount: Int { 2 }
///       func deposit<S: EffectScalar>(_ at: EffectPosition<S>, into sums: inout Deposit<S>) {
///         sums.add(S(1.0), to: 0)
///         sums.add(at.x, to: 1)
///       }
///       func response<T: RealScalar>(to sums: [T], _ slice: EffectSlice<T>) -> [T] {
///         [-gain * (sums[1] / sums[0])]
///       }
///       func kick<S: EffectScalar>(_ at: EffectPosition<S>, by response: inout Response<S>)
///         -> EffectKick<S>
///       { EffectKick(px: response[0]) }
///     }
///
/// In optimised builds, all of it is specialised for the conforming type.
public protocol EffectBySums: TapedEffect {
  /// The number of sums.
  var sumCount: Int { get }
  /// Adds the contributions of one particle. The weight is applied by `sums`.
  func deposit<S: EffectScalar>(_ at: EffectPosition<S>, into sums: inout Deposit<S>)
  /// The response, from the sums over all living particles. Each contribution to a sum is
  /// multiplied by the number of real particles that the particle represents.
  func response<T: RealScalar>(to sums: [T], _ slice: EffectSlice<T>) -> [T]
  /// The change of a particle's momenta; it may use up to three values of the response, where one
  /// that is interpolated between two bins counts as one. A fourth stops the program.
  func kick<S: EffectScalar>(
    _ at: EffectPosition<S>, by response: inout Response<S>
  ) -> EffectKick<S>
}

/// A particle's position: x, y, and t of tracking, or z at fixed time.
@frozen
public struct EffectPosition<S: EffectScalar> {
  /// Horizontal offset [m].
  public var x: S
  /// Vertical offset [m].
  public var y: S
  /// c·(time of flight − the reference's) [m]; at fixed time the distance z ahead of the reference
  /// particle [m].
  public var t: S

  /// The position with these coordinates.
  @inlinable @inline(__always)
  public init(x: S, y: S, t: S) {
    self.x = x
    self.y = y
    self.t = t
  }
}

/// The change of a particle's momenta.
@frozen
public struct EffectKick<S: EffectScalar> {
  /// Change of px, in units of the reference momentum.
  public var px: S
  /// Change of py, in units of the reference momentum.
  public var py: S
  /// Change of pt; at fixed time, of pz.
  public var pt: S
  /// Whether the particle is lost after the kick.
  public var isLost: Bool

  /// These changes, zero unless given.
  @inlinable @inline(__always)
  public init(px: S = .zero, py: S = .zero, pt: S = .zero, isLost: Bool = false) {
    self.px = px
    self.py = py
    self.pt = pt
    self.isLost = isLost
  }
}

/// Receives a particle's contributions.
///
/// In a forward pass they are added to the sums. In a backward pass they are multiplied by the
/// derivatives with respect to the sums.
@frozen
public struct Deposit<S: EffectScalar> {
  @usableFromInline let sums: UnsafeMutablePointer<S>?
  @usableFromInline let cotangents: UnsafePointer<S.Base>?
  @usableFromInline let count: Int
  @usableFromInline let weight: Double
  @usableFromInline var product: S = .zero

  @inlinable @inline(__always)
  init(
    sums: UnsafeMutablePointer<S>?, cotangents: UnsafePointer<S.Base>?, count: Int, weight: Double
  ) {
    self.sums = sums
    self.cotangents = cotangents
    self.count = count
    self.weight = weight
  }

  /// Adds `value`, times the particle's weight, to the sum of this index, which must be below
  /// ``EffectBySums/sumCount``.
  @inlinable @inline(__always)
  public mutating func add(_ value: S, to index: Int) {
    precondition(0 <= index && index < count, "an effect has as many sums as its sumCount says")
    if let sums {
      sums[index] = sums[index] + weight * value
    } else if let cotangents {
      product = product + value * S.lifted(cotangents[index], along: nil)
    }
  }

  /// Distributes `value` linearly between the two bins next to `x`; no effect where `x` is outside
  /// the range. There must be as many sums as bins, or more.
  @inlinable @inline(__always)
  public mutating func add(_ value: S, at x: S, in bins: Bins) {
    guard let (bin, fraction) = bins.place(of: x) else { return }
    add(value * (1.0 - fraction), to: bin)
    add(value * fraction, to: bin + 1)
  }
}

/// The response of an ``EffectBySums``, as read by the kick of one particle.
@frozen
public struct Response<S: EffectScalar> {
  @usableFromInline let values: UnsafePointer<S.Base>
  @usableFromInline let count: Int
  @usableFromInline var used = InlineArray<3, Use>(repeating: Use(0, .zero, isBetween: false))
  @usableFromInline var useCount = 0

  /// A value of the response that the particle has used, or an interpolation between two.
  @frozen @usableFromInline
  struct Use {
    @usableFromInline var bin: Int
    @usableFromInline var fraction: S.Base
    @usableFromInline var isBetween: Bool

    @inlinable @inline(__always)
    init(_ bin: Int, _ fraction: S.Base, isBetween: Bool) {
      self.bin = bin
      self.fraction = fraction
      self.isBetween = isBetween
    }
  }

  @inlinable @inline(__always)
  init(_ values: UnsafePointer<S.Base>, count: Int) {
    self.values = values
    self.count = count
  }

  /// The value of the response at this index, which must be below the length of the response.
  @inlinable @inline(__always)
  public subscript(index: Int) -> S {
    mutating get { value(index, .zero, isBetween: false) }
  }

  /// The response interpolated between the two bins next to `x`; zero outside the range.
  @inlinable @inline(__always)
  public mutating func value(at x: S, in bins: Bins) -> S {
    guard let (bin, fraction) = bins.place(of: x) else { return .zero }
    return value(bin, fraction, isBetween: true)
  }

  @inlinable @inline(__always)
  mutating func value(_ index: Int, _ fraction: S, isBetween: Bool) -> S {
    precondition(useCount < 3, "a kick uses at most three values of the response")
    precondition(
      0 <= index && index < (isBetween ? count - 1 : count),
      "a kick uses values that the response has")
    used[useCount] = Use(index, fraction.base, isBetween: isBetween)
    let direction = 3 + useCount
    useCount += 1
    let value = S.lifted(values[index], along: direction)
    if !isBetween { return value }
    return value + fraction * S.lifted(values[index + 1] - values[index], along: nil)
  }

  /// Adds `cotangents`, the derivatives with respect to the values used, to the derivatives with
  /// respect to the response.
  @inlinable @inline(__always)
  func pullBack(_ cotangents: InlineArray<3, S.Base>, to response: UnsafeMutablePointer<S.Base>) {
    for i in 0..<useCount {
      let (use, cotangent) = (used[i], cotangents[i])
      response[use.bin] = response[use.bin] + cotangent * (1.0 - use.fraction)
      if use.isBetween { response[use.bin + 1] = response[use.bin + 1] + cotangent * use.fraction }
    }
  }
}
