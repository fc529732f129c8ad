/// Tables for the components of tensors of space-time, which do not depend on the scalar. The
/// indices of component c are the base-4 digits of c.
enum IndexTables {
  /// The highest rank that waves need: the product of t^(4) and v, and two metrics more.
  static let highestRank = 6

  /// The sign of each component when all its indices are lowered: −1 for each index of space.
  static let loweringSigns: [[Double]] = (0...highestRank).map { rank in
    (0..<1 << (2 * rank)).map { component in
      indices(of: component, rank).reduce(1.0) { $1 == 3 ? $0 : -$0 }
    }
  }

  /// For each component the number of its class: components whose indices differ in order alone
  /// have the same class. It follows from how many of the indices are x, y and z.
  static let symmetryClasses: [[Int]] = (0...highestRank).map { rank in
    let weights = [1, rank + 1, (rank + 1) * (rank + 1), 0]
    return (0..<1 << (2 * rank)).map { component in
      indices(of: component, rank).reduce(0) { $0 + weights[$1] }
    }
  }

  /// For each component one over the number of components of its class.
  static let inverseClassSizes: [[Double]] = symmetryClasses.map { names in
    var sizes: [Int: Double] = [:]
    for name in names { sizes[name, default: 0] += 1 }
    return names.map { 1 / sizes[$0, default: 1] }
  }

  /// ε with upper indices: −1 for x, y, z, E and its even permutations.
  static let leviCivita: [Double] = (0..<256).map { component in
    let order = indices(of: component, 4)
    if Set(order).count < 4 { return 0 }
    let inversions = (0..<4).reduce(0) { count, i in
      count + (i + 1..<4).count { order[$0] < order[i] }
    }
    return inversions.isMultiple(of: 2) ? -1 : 1
  }

  private static func indices(of component: Int, _ rank: Int) -> [Int] {
    (0..<rank).reversed().map { (component >> (2 * $0)) & 3 }
  }
}
