import AutoDiff
import BeamDynamics
import BeamSamples
import Documents
import DoubleDouble
import Testing

/// Derivatives of every map, against differences in 32 digits.
///
/// The judge takes central differences over steps of 1e-10 of the variable's natural size. What
/// they leave out is h²f‴/6 ≤ 1e-20·f‴/6: third derivatives reach 1e4 in natural units (slow
/// protons' time of flight), 1e-17. Their rounding error is 1e-31/1e-10 = 1e-21.
@Suite struct DerivativeTests {
  private static let step = 1e-10

  /// Each entry is compared with the largest of its row: positions in units of the initial
  /// positions and momenta.
  @Test(arguments: catalogKinds)
  func everyJacobianAgreesWithDifferences(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      var worst = Worst()
      for element in ElementSamples<E>().all {
        for beam in TestBeam.allCases {
          for z in beam.judgedPoints {
            guard let m = element.jacobian(at: z, beam) else {
              worst.record(.nan, "\(element) loses \(z)")
              continue
            }
            for j in 0..<6 {
              let column = Self.difference { h in
                var shifted = z.map { DoubleDouble($0) }
                shifted[j] += h
                return element.image(of: shifted, beam)
              }
              for i in 0..<6 {
                let scale = m[i].reduce(0) { max($0, $1.magnitude) }
                worst.record(
                  m[i][j] - (column?[i] ?? .nan), of: scale,
                  "∂\(PhaseSpace<Double>.names[i])/∂\(PhaseSpace<Double>.names[j]) of \(element) at \(z)"
                )
              }
            }
          }
        }
      }
      expect(worst, atMost: 1e-14)
    }
    check(try kind(name))
  }

  /// Every real parameter and every entry of every list, at zero too. Each derivative is compared
  /// with the largest of the six coordinates' or, where all are far below the coordinates
  /// themselves, with the coordinate.
  ///
  /// Constant focusing of k|k| has a derivative at zero, 2|k|, but no second one: the difference over
  /// ±h is h there. The aberration of a dipole's edge in proportion to 1/gap is left out at zero.
  @Test(arguments: catalogKinds)
  func everyDerivativeToAParameterAgreesWithDifferences(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      var worst = Worst()
      for element in ElementSamples<E>().all {
        for variable in ElementVariable<E>.all(of: element) {
          if element is DipoleEdge, variable.name == "gap", variable.value == 0 { continue }
          if element.hasKink(at: variable.name, variable.value) { continue }
          for beam in TestBeam.allCases {
            for z in beam.judgedPoints {
              let dual = element.image(
                of: z.map { Dual<1, Double>($0) }, beam,
                variable.replaced(in: element, by: Dual(variable.value, variable: 0)))
              let differences = Self.difference(step: max(1, variable.value.magnitude)) { h in
                element.image(
                  of: z.map { DoubleDouble($0) }, beam,
                  variable.replaced(in: element, by: DoubleDouble(variable.value) + h))
              }
              guard let dual, let differences else {
                worst.record(.nan, "\(element) loses \(z) of \(beam), \(variable.name)")
                continue
              }
              var scale = (0..<6).reduce(element.coordinateFloor) {
                max($0, dual[$1].tangent[0].magnitude)
              }
              if element is BeamBeam, variable.value != 0 {
                // Parts of the size of kick over σ cancel where the kick is greatest.
                scale = max(scale, 30 * (dual.py.value - z.py).magnitude / variable.value.magnitude)
              }
              for i in 0..<6 {
                let hasJump =
                  element is ConstantFocusing && variable.value == 0 && variable.name != "kt"
                if hasJump && dual[i].tangent[0] == 0 { continue }
                worst.record(
                  dual[i].tangent[0] - differences[i], of: max(scale, dual[i].value.magnitude),
                  "∂\(PhaseSpace<Double>.names[i])/∂\(variable.name) of \(element) at \(z)")
              }
            }
          }
        }
      }
      // Field maps of slow protons have some radians of phase; the field of a bunch is a sum of fifty terms.
      let isLong = E.self == FieldMap.self || E.self == BeamBeam.self || E.self == Patch.self
      expect(worst, atMost: isLong ? 5e-14 : 1e-14)
    }
    check(try kind(name))
  }

  /// The second derivative along a direction in which all coordinates and all parameters change at
  /// once, together with the six coordinates: an infinite or undefined second derivative of any
  /// kind would show.
  @Test(arguments: catalogKinds)
  func secondDerivativesAreFiniteAtSpecialPoints(_ name: String) throws {
    typealias Second = Dual<1, Dual<6, Double>>
    func check<E: Element>(_: E.Type) {
      for (number, element) in ElementSamples<E>().all.enumerated() {
        var q = Lifted<E, Second>(element)
        for variable in ElementVariable<E>.all(of: element) {
          q = variable.replaced(in: q, by: Second(Dual(variable.value), variable: 0))
        }
        // Samples come in pairs: both of a pair with the same beam.
        let beam = TestBeam.allCases[number / 2 % TestBeam.allCases.count]
        for z in beam.points.prefix(2) {
          let point = PhaseSpace<Second> {
            Second(Dual(z[$0], variable: $0), tangent: [Dual(1.0)])
          }
          guard let image = element.image(of: point, beam, q) else {
            Issue.record("\(element) loses \(z)")
            continue
          }
          let isFinite = (0..<6).allSatisfy { i in
            let (first, second) = (image[i].value, image[i].tangent[0])
            return first.value.isFinite && second.value.isFinite
              && (0..<6).allSatisfy { first.tangent[$0].isFinite && second.tangent[$0].isFinite }
          }
          #expect(isFinite, "\(element) at \(z)")
        }
      }
    }
    check(try kind(name))
  }

  /// (f(h) − f(−h))/2h, rounded to double precision.
  private static func difference(
    step unit: Double = 1, _ f: (DoubleDouble) -> PhaseSpace<DoubleDouble>?
  ) -> PhaseSpace<Double>? {
    let h = DoubleDouble(step * unit)
    guard let after = f(h), let before = f(-h) else { return nil }
    return PhaseSpace { Double((after[$0] - before[$0]) / (2.0 * h)) }
  }
}

extension TestBeam {
  /// The axis, and a point in between: all that the slower judge is asked about.
  var judgedPoints: [PhaseSpace<Double>] { [points[0], points[4]] }
}

/// A real parameter of an element, or an entry of a list.
struct ElementVariable<E: Element> {
  enum Path {
    case real(KeyPath<E, Double>)
    case optional(KeyPath<E, Double?>)
    case entry(KeyPath<E, [Double]>, Int)
  }

  let name: String
  let path: Path
  let value: Double

  static func all(of element: E) -> [Self] {
    E.parameters.parameters.flatMap { parameter -> [Self] in
      if parameter.obstacleToVarying != nil { return [] }
      switch parameter.storage {
      case .real(let path, _):
        return [Self(name: parameter.name, path: .real(path), value: element[keyPath: path])]
      case .optional(let path, _, _):
        return element[keyPath: path].map {
          [Self(name: parameter.name, path: .optional(path), value: $0)]
        } ?? []
      case .vector(let path):
        return element[keyPath: path].enumerated().map { i, value in
          Self(name: "\(parameter.name)[\(i)]", path: .entry(path, i), value: value)
        }
      case .integer, .chosen, .word, .rows, .flag, .objects:
        return []
      }
    }
  }

  /// The element with this parameter as a number of another kind.
  func replaced<S: RealScalar>(in element: E, by value: S) -> Lifted<E, S> {
    replaced(in: Lifted(element), by: value)
  }

  func replaced<S: RealScalar>(in q: Lifted<E, S>, by value: S) -> Lifted<E, S> {
    switch path {
    case .real(let path): q.replacing(path, by: value)
    case .optional(let path): q.replacing(path, by: value)
    case .entry(let path, let i): q.replacing(path, at: i, by: value)
    }
  }
}
