import AutoDiff

/// How the dynamic factors of all terms are computed for a block of events, with their derivatives
/// to those slots of the lineshapes that vary.
struct DynamicsPlan<N: EventNumber>: Sendable {
  typealias T = N.Constant

  /// A lineshape over a block: alone, or with derivatives with respect to two slots at a time.
  struct CurvePlan: Sendable {
    let mass: Int
    /// Without derivatives; used if nothing varies.
    let plain: DynamicLineshape.BlockCurve?
    let pairs: [DynamicLineshape.BlockCurve]
    /// Places of the slots that vary among the physical parameters.
    let places: [Int]
    /// Where its planes begin, see ``Planes``.
    let offset: Int
  }

  /// A dynamic factor that is a product of several lineshapes, or of one and a fixed factor.
  struct ProductPlan: Sendable {
    let term: Int
    let curves: [Int]
    let factor: Int?
    /// Where its planes begin: the product, then the derivatives.
    let offset: Int
  }

  /// Complex numbers, one for each event of a block, in planes. A plane is an array over the events
  /// of a block; a number with tangents has one plane for its value and one for each tangent.
  struct Planes {
    let real: UnsafeMutablePointer<Double>
    let imaginary: UnsafeMutablePointer<Double>
  }

  let curves: [CurvePlan]
  let products: [ProductPlan]
  private let sum: AmplitudeSum
  let columns: EventSample.Columns
  /// Number of words that all planes take.
  let wordCount: Int

  private static var plane: Int { EventBlock.capacity }
  /// Number of words of one real quantity of a block, tangents included.
  private static var span: Int { N.componentCount * plane }

  init(
    _ sum: AmplitudeSum, _ physical: PhysicalParameters, _ columns: EventSample.Columns,
    values: [T], isActive: [Bool]
  ) {
    self.sum = sum
    self.columns = columns
    var offset = 0
    let needed = Set(sum.terms.flatMap(\.curves))
    curves = sum.curves.enumerated().map { index, curve in
      let first = physical.curvePlaces[index]
      let own = Array(values[first..<first + curve.parameters.count])
      let varying = own.indices.filter { isActive[first + $0] }
      defer {
        if needed.contains(index) {
          offset += varying.isEmpty ? 2 * Self.span : (varying.count + 1) / 2 * 6 * Self.span
        }
      }
      guard !varying.isEmpty else {
        return CurvePlan(
          mass: curve.mass, plain: N.plain(of: curve.lineshape, own), pairs: [], places: [],
          offset: offset)
      }
      let pairs = stride(from: 0, to: varying.count, by: 2).map { j in
        let seeded = own.indices.map { slot in
          TangentPair<T>(
            own[slot], slot == varying[j] ? .one : .zero,
            j + 1 < varying.count && slot == varying[j + 1] ? .one : .zero)
        }
        return N.pairs(of: curve.lineshape, seeded)
      }
      return CurvePlan(
        mass: curve.mass, plain: nil, pairs: pairs, places: varying.map { first + $0 },
        offset: offset)
    }
    products = sum.terms.indices.compactMap { [curves] index in
      let term = sum.terms[index]
      guard term.curves.count != 1 || term.factor != nil else { return nil }
      defer {
        let derivatives = term.curves.reduce(0) { $0 + curves[$1].places.count }
        offset += 2 * Self.span * (1 + derivatives)
      }
      return ProductPlan(term: index, curves: term.curves, factor: term.factor, offset: offset)
    }
    wordCount = offset
  }

  /// Where ``fill(_:_:)`` writes the dynamic factor of each term.
  func factors(in planes: UnsafeMutablePointer<Double>) -> [Planes] {
    sum.terms.indices.map { index in
      if let product = products.first(where: { $0.term == index }) {
        return Planes(
          real: planes + product.offset, imaginary: planes + product.offset + Self.span)
      }
      return value(of: curves[sum.terms[index].curves[0]], planes)
    }
  }

  /// The derivatives of the terms' factors: term, place among the physical parameters, planes.
  func derivatives(
    in planes: UnsafeMutablePointer<Double>
  ) -> [(term: Int, place: Int, planes: Planes)] {
    sum.terms.indices.flatMap { index -> [(term: Int, place: Int, planes: Planes)] in
      if let product = products.first(where: { $0.term == index }) {
        let places = product.curves.flatMap { curves[$0].places }
        return places.enumerated().map { number, place in
          let start = planes + product.offset + 2 * Self.span * (1 + number)
          return (index, place, Planes(real: start, imaginary: start + Self.span))
        }
      }
      let curve = curves[sum.terms[index].curves[0]]
      return curve.places.enumerated().map { number, place in
        (index, place, derivative(number, of: curve, planes))
      }
    }
  }

  /// Computes the factors and their derivatives of a block.
  func fill(_ block: UnsafePointer<Double>, _ planes: UnsafeMutablePointer<Double>) {
    for curve in curves {
      let masses = block + columns.mass(curve.mass) * Self.plane
      if let plain = curve.plain {
        plain(masses, planes + curve.offset)
        continue
      }
      for (j, pair) in curve.pairs.enumerated() {
        pair(masses, planes + curve.offset + j * 6 * Self.span)
      }
    }
    for product in products { multiply(product, block, planes) }
  }

  private func value(of curve: CurvePlan, _ planes: UnsafeMutablePointer<Double>) -> Planes {
    let start = planes + curve.offset
    return Planes(real: start, imaginary: start + (curve.plain == nil ? 3 : 1) * Self.span)
  }

  private func derivative(
    _ number: Int, of curve: CurvePlan, _ planes: UnsafeMutablePointer<Double>
  ) -> Planes {
    let start = planes + curve.offset + (number / 2 * 6 + 1 + number % 2) * Self.span
    return Planes(real: start, imaginary: start + 3 * Self.span)
  }

  private func multiply(
    _ product: ProductPlan, _ block: UnsafePointer<Double>,
    _ planes: UnsafeMutablePointer<Double>
  ) {
    var i = 0
    while i < Self.plane {
      var fixed = ComplexNumber<N>.one
      if let factor = product.factor {
        let column = block + columns.factor(factor) * Self.plane + i
        fixed = ComplexNumber(N(constantAt: column), N(constantAt: column + Self.plane))
      }
      let values = product.curves.map { load(value(of: curves[$0], planes), i) }
      store(values.reduce(fixed) { $0 * $1 }, planes + product.offset, i)
      var number = 0
      for (j, curve) in product.curves.enumerated() {
        var others = fixed
        for (l, value) in values.enumerated() where l != j { others *= value }
        for own in curves[curve].places.indices {
          let slope = load(derivative(own, of: curves[curve], planes), i)
          number += 1
          store(others * slope, planes + product.offset + 2 * Self.span * number, i)
        }
      }
      i += N.laneCount
    }
  }

  private func load(_ planes: Planes, _ i: Int) -> ComplexNumber<N> {
    ComplexNumber(
      N.load(planes.real + i, stride: Self.plane), N.load(planes.imaginary + i, stride: Self.plane))
  }

  private func store(_ z: ComplexNumber<N>, _ start: UnsafeMutablePointer<Double>, _ i: Int) {
    z.real.store(to: start + i, stride: Self.plane)
    z.imaginary.store(to: start + Self.span + i, stride: Self.plane)
  }
}
