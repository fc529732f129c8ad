/// Σ aᵢbᵢ, summed from the first to the last.
@inlinable
func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "vectors of one product are equally long")
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

/// The Euclidean length, without overflow of squares.
func length(_ a: [Double]) -> Double {
  let sum = dot(a, a)
  if sum.isNormal, sum < 1e300 { return sum.squareRoot() }
  let largest = largestMagnitude(a)
  guard largest > 0, largest.isFinite else { return largest }
  return largest * a.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
}

func largestMagnitude(_ a: [Double]) -> Double {
  a.reduce(0) { max($0, $1.magnitude) }
}

/// x + t·p.
@inlinable
func point(_ x: [Double], _ t: Double, _ p: [Double]) -> [Double] {
  precondition(x.count == p.count, "a step is as long as the point")
  var result = x
  for i in x.indices { result[i] += t * p[i] }
  return result
}

@inlinable
func difference(_ a: [Double], _ b: [Double]) -> [Double] { point(a, -1, b) }

func scaled(_ a: [Double], by factor: Double) -> [Double] { a.map { factor * $0 } }
