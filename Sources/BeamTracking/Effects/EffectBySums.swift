import AutoDiff
import BeamMaps
import Communication

/// An effect of the common shape: every particle adds to a list of sums, one formula makes a
/// response of them, and the response kicks every particle where it is.
///
/// A wake field is one: charges are added to bins along the bunch, the response is their convolution
/// with the wake function, and each particle loses the energy that is found between two bins. All
/// three parts are written once, generic over the scalar; what they are in a gradient follows from
/// them: the transpose of deposit and kick, and a record of the formula in between. A kick changes
/// momenta by what depends on places, so that it can be undone.
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
/// Compiled with optimization, all of it is specialised for the type that conforms.
public protocol EffectBySums: TapedEffect {
  /// How many sums there are.
  var sumCount: Int { get }
  /// Adds what a particle contributes; weights come on top.
  func deposit<S: EffectScalar>(_ at: EffectPosition<S>, into sums: inout Deposit<S>)
  /// What acts on the particles, from the sums over all living particles: each contribution times the
  /// number of real particles that the particle stands for.
  func response<T: RealScalar>(to sums: [T], _ slice: EffectSlice<T>) -> [T]
  /// The change of a particle's momenta; it may look at three places of the response.
  func kick<S: EffectScalar>(
    _ at: EffectPosition<S>, by response: inout Response<S>
  ) -> EffectKick<S>
}

/// A number of one particle that knows its plain value, by which bins are found.
public protocol EffectScalar: RealScalar where Mask == Bool {
  /// The same number without the derivatives of the way back.
  associatedtype Base: EffectScalar where Base.Base == Base
  /// The value without any derivative.
  var plain: Double { get }
  var base: Base { get }
  /// `base`, with the derivative one along a direction of the way back, if there is such a direction.
  static func lifted(_ base: Base, along direction: Int?) -> Self
}

extension Double: EffectScalar {
  @inlinable @inline(__always) public var plain: Double { self }
  @inlinable @inline(__always) public var base: Double { self }
  @inlinable @inline(__always)
  public static func lifted(_ base: Double, along direction: Int?) -> Double { base }
}

extension Tangent: EffectScalar where Value == Double {
  @inlinable @inline(__always) public var plain: Double { value }
  @inlinable @inline(__always) public var base: Self { self }
  @inlinable @inline(__always)
  public static func lifted(_ base: Self, along direction: Int?) -> Self { base }
}

extension Dual: EffectScalar where Value: EffectScalar, Value.Base == Value {
  @inlinable @inline(__always) public var plain: Double { value.plain }
  @inlinable @inline(__always) public var base: Value { value }
  @inlinable @inline(__always)
  public static func lifted(_ base: Value, along direction: Int?) -> Self {
    Self(base) { i in i == direction ? .one : .zero }
  }
}

/// Where a particle is: x, y [m], and t of tracking, or z at fixed time [m].
@frozen
public struct EffectPosition<S: EffectScalar> {
  public var x: S
  public var y: S
  /// c·(time of flight − the reference's); at fixed time the distance z ahead of the reference.
  public var t: S

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
  public var px: S
  public var py: S
  public var pt: S
  /// Whether the particle is lost behind it.
  public var isLost: Bool

  @inlinable @inline(__always)
  public init(px: S = .zero, py: S = .zero, pt: S = .zero, isLost: Bool = false) {
    self.px = px
    self.py = py
    self.pt = pt
    self.isLost = isLost
  }
}

/// Equally wide bins, between whose centres charges are shared out and fields are found linearly.
public struct Bins: Sendable, Equatable {
  public let count: Int
  /// The centre of the first bin, and the distance from one to the next.
  public let first: Double
  public let width: Double

  /// `count` ≥ 2 bins whose centres reach from one end of a range to the other.
  public init(_ count: Int, over range: ClosedRange<Double>) {
    precondition(count >= 2 && range.lowerBound < range.upperBound, "bins cover a range")
    self.count = count
    first = range.lowerBound
    width = (range.upperBound - range.lowerBound) / Double(count - 1)
  }

  /// The bin below `x`, and how far x is on the way to the next; nil outside the range.
  @inlinable @inline(__always)
  public func place<S: EffectScalar>(of x: S) -> (bin: Int, share: S)? {
    let position = (x - first) * (1 / width)
    let plain = position.plain
    guard plain >= 0, plain <= Double(count - 1) else { return nil }
    let bin = min(Int(plain), count - 2)
    return (bin, position - Double(bin))
  }
}

/// Where a particle's contributions go.
///
/// They are added to sums, or, on the way back, weighed with the derivatives to these.
@frozen
public struct Deposit<S: EffectScalar> {
  @usableFromInline let sums: UnsafeMutablePointer<S>?
  @usableFromInline let cotangents: UnsafePointer<S.Base>?
  @usableFromInline let weight: Double
  @usableFromInline var product: S = .zero

  @inlinable @inline(__always)
  init(sums: UnsafeMutablePointer<S>?, cotangents: UnsafePointer<S.Base>?, weight: Double) {
    self.sums = sums
    self.cotangents = cotangents
    self.weight = weight
  }

  /// Adds `value` to sum number `index`.
  @inlinable @inline(__always)
  public mutating func add(_ value: S, to index: Int) {
    if let sums {
      sums[index] = sums[index] + weight * value
    } else if let cotangents {
      product = product + value * S.lifted(cotangents[index], along: nil)
    }
  }

  /// Shares `value` out to the two bins next to `x`; nothing where there are none.
  @inlinable @inline(__always)
  public mutating func add(_ value: S, at x: S, in bins: Bins) {
    guard let (bin, share) = bins.place(of: x) else { return }
    add(value * (1.0 - share), to: bin)
    add(value * share, to: bin + 1)
  }
}

/// What acts on particles, as one of them sees it.
@frozen
public struct Response<S: EffectScalar> {
  @usableFromInline let values: UnsafePointer<S.Base>
  @usableFromInline var looks = InlineArray<3, Look>(repeating: Look(0, .zero, isBetween: false))
  @usableFromInline var lookCount = 0

  /// A place that the particle has looked at.
  @frozen @usableFromInline
  struct Look {
    @usableFromInline var bin: Int
    @usableFromInline var share: S.Base
    @usableFromInline var isBetween: Bool

    @inlinable @inline(__always)
    init(_ bin: Int, _ share: S.Base, isBetween: Bool) {
      self.bin = bin
      self.share = share
      self.isBetween = isBetween
    }
  }

  @inlinable @inline(__always)
  init(_ values: UnsafePointer<S.Base>) { self.values = values }

  /// Number `index` of the response.
  @inlinable @inline(__always)
  public subscript(index: Int) -> S {
    mutating get { value(index, .zero, isBetween: false) }
  }

  /// The response between the two bins next to `x`; zero where there are none.
  @inlinable @inline(__always)
  public mutating func value(at x: S, in bins: Bins) -> S {
    guard let (bin, share) = bins.place(of: x) else { return .zero }
    return value(bin, share, isBetween: true)
  }

  @inlinable @inline(__always)
  mutating func value(_ index: Int, _ share: S, isBetween: Bool) -> S {
    precondition(lookCount < 3, "a kick looks at three places of the response")
    looks[lookCount] = Look(index, share.base, isBetween: isBetween)
    let direction = 3 + lookCount
    lookCount += 1
    let value = S.lifted(values[index], along: direction)
    if !isBetween { return value }
    return value + share * S.lifted(values[index + 1] - values[index], along: nil)
  }

  /// Adds the derivatives to what has been looked at, `cotangents`, to those to the response.
  @inlinable @inline(__always)
  func pullBack(_ cotangents: InlineArray<3, S.Base>, to response: UnsafeMutablePointer<S.Base>) {
    for i in 0..<lookCount {
      let (look, cotangent) = (looks[i], cotangents[i])
      response[look.bin] = response[look.bin] + cotangent * (1.0 - look.share)
      if look.isBetween { response[look.bin + 1] = response[look.bin + 1] + cotangent * look.share }
    }
  }
}
