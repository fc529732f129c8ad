import AutoDiff

/// The parameters of a model, and which of them are free.
public struct ParameterSet: Sendable, Equatable {
  /// Bindings that form a circle.
  public struct CircularBinding: Error, Equatable, CustomStringConvertible {
    /// The parameters along the circle.
    public let names: [String]

    public var description: String {
      "parameters are bound in a circle: " + (names + names.prefix(1)).joined(separator: " → ")
        + "; let one of them have a value of its own"
    }
  }

  /// All parameters, fixed ones included; their indices are the places that others refer to.
  public private(set) var parameters: [FitParameter]
  /// The places of those that are free, in order.
  public let free: [Int]
  /// For each parameter the one at the end of its chain of bindings (itself, if it has none), and
  /// the sum of the offsets.
  private let roots: [(place: Int, offset: Double)]
  /// For each parameter its place among the free ones; nil if it is fixed.
  private let freePlaces: [Int?]

  /// - Throws: ``CircularBinding`` if bindings form a circle.
  public init(_ parameters: [FitParameter]) throws {
    self.parameters = parameters
    roots = try parameters.indices.map { try Self.root(of: $0, parameters) }
    free = parameters.indices.filter {
      parameters[$0].binding == nil && !parameters[$0].isFixed
    }
    var places = [Int?](repeating: nil, count: parameters.count)
    for (i, place) in free.enumerated() { places[place] = i }
    freePlaces = roots.map { places[$0.place] }
  }

  private static func root(
    of first: Int, _ parameters: [FitParameter]
  ) throws -> (place: Int, offset: Double) {
    var (place, offset) = (first, 0.0)
    var path: [Int] = []
    while let binding = parameters[place].binding {
      path.append(place)
      offset += binding.offset
      place = binding.target
      if let start = path.firstIndex(of: place) {
        throw CircularBinding(names: path[start...].map { parameters[$0].name })
      }
    }
    return (place, offset)
  }

  public static func == (a: Self, b: Self) -> Bool { a.parameters == b.parameters }

  /// Names of the free parameters.
  public var freeNames: [String] { free.map { parameters[$0].name } }

  /// Values of the free parameters as the model gives them.
  public var start: [Double] { free.map { parameters[$0].value } }

  /// For each parameter whether it is free or follows a free one.
  public var isVaried: [Bool] { freePlaces.map { $0 != nil } }

  /// The place among the free parameters of parameter `place`, or of the one that it follows; nil
  /// if that is fixed.
  public func freePlace(of place: Int) -> Int? { freePlaces[place] }

  /// The place of a parameter by its name.
  public func place(of name: String) -> Int? { parameters.firstIndex { $0.name == name } }

  /// The parameter at the end of the chain of bindings of parameter `place`; itself if it follows
  /// none.
  public func root(of place: Int) -> Int { roots[place].place }

  /// The values of all parameters for values of the free ones.
  public func values<T: RealScalar>(at x: [T]) -> [T] {
    parameters.indices.map { i in
      let (root, offset) = roots[i]
      guard let place = freePlaces[i] else { return T(parameters[root].value + offset) }
      return offset == 0 ? x[place] : x[place] + offset
    }
  }

  /// A gradient with respect to the free parameters from one with respect to all.
  public func pullBack<T: RealScalar>(_ gradient: [T]) -> [T] {
    var result = [T](repeating: .zero, count: free.count)
    for (i, slope) in gradient.enumerated() {
      if let place = freePlaces[i] { result[place] += slope }
    }
    return result
  }

  /// Whether a parameter has the value of the one that it follows, with nothing added.
  func isSame(asRoot place: Int) -> Bool { roots[place].offset == 0 }

  /// The same parameters, each kept within the ranges of those that follow it: otherwise a search
  /// could end at values that the reader of model files refuses.
  func narrowedByFollowers() -> Self {
    var copy = self
    for (follower, root) in zip(parameters, roots) where follower.binding != nil {
      copy.parameters[root.place].lower = max(
        copy.parameters[root.place].lower, follower.lower - root.offset)
      copy.parameters[root.place].upper = min(
        copy.parameters[root.place].upper, follower.upper - root.offset)
    }
    return copy
  }

  /// The nearest values of the free parameters that lie within their ranges.
  public func projected(_ x: [Double]) -> [Double] {
    zip(free, x).map { min(max($1, parameters[$0].lower), parameters[$0].upper) }
  }

  /// The same parameters with other values for the free ones; bound ones follow.
  public func replacing(free x: [Double]) -> Self {
    var copy = self
    let values = values(at: x)
    for i in parameters.indices { copy.parameters[i].value = values[i] }
    return copy
  }
}
