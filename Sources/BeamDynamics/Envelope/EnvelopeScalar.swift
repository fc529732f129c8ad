import AutoDiff

/// A number that envelopes are made of: `Double` for values and gradients, `Tangent<Double>` for
/// Hessian-vector products.
///
/// It knows four and two of its kind side by side, which together hold a column of a 6×6 matrix.
public protocol EnvelopeScalar: SweepScalar {
  associatedtype Four: ParticleScalar where Four.Constant == Self, Four.Word == Double
  associatedtype Two: ParticleScalar where Two.Constant == Self, Two.Word == Double

  /// The number without its derivative.
  var plainValue: Double { get }

  // What the engine asks for. Requirements, so that each kind of number has its own, specialised.

  static func run(
    _ sweep: inout EnvelopeSweep<Self>, _ observer: (EnvelopeObservation<Self>) throws -> Void
  ) throws
  static func pullBack(
    _ sweep: inout EnvelopeSweep<Self>, _ cotangents: [EnvelopeCotangent<Self>]
  ) -> EnvelopeGradient<Self>
}

extension Double: EnvelopeScalar {
  public typealias Four = Lanes<DoubleX4>
  public typealias Two = Lanes<DoubleX2>
  public var plainValue: Double { self }

  public static func run(
    _ sweep: inout EnvelopeSweep<Double>, _ observer: (EnvelopeObservation<Double>) throws -> Void
  ) throws { try sweep.passBeamline(observer) }
  public static func pullBack(
    _ sweep: inout EnvelopeSweep<Double>, _ cotangents: [EnvelopeCotangent<Double>]
  ) -> EnvelopeGradient<Double> { sweep.goBack(cotangents) }
}

extension Tangent: EnvelopeScalar where Value == Double {
  public typealias Four = Tangent<Lanes<DoubleX4>>
  public typealias Two = Tangent<Lanes<DoubleX2>>
  public var plainValue: Double { value }

  public static func run(
    _ sweep: inout EnvelopeSweep<Tangent<Double>>,
    _ observer: (EnvelopeObservation<Tangent<Double>>) throws -> Void
  ) throws { try sweep.passBeamline(observer) }
  public static func pullBack(
    _ sweep: inout EnvelopeSweep<Tangent<Double>>,
    _ cotangents: [EnvelopeCotangent<Tangent<Double>>]
  ) -> EnvelopeGradient<Tangent<Double>> { sweep.goBack(cotangents) }
}
