import AutoDiff
import Foundation

/// Residuals of problems 6, 8 to 12 and 15 to 19: fits of given or computed data.
enum DataFits {
  static func jennrichSampson<S: RealScalar>(_ x: [S]) -> [S] {
    (1...10).map { i in
      let t = Double(i)
      return 2 + 2 * t - (S.exp(t * x[0]) + S.exp(t * x[1]))
    }
  }

  static func bard<S: RealScalar>(_ x: [S]) -> [S] {
    Observations.bard.enumerated().map { k, y in
      let u = Double(k + 1)
      let v = 16 - u
      return y - (x[0] + u / (v * x[1] + min(u, v) * x[2]))
    }
  }

  static func gaussian<S: RealScalar>(_ x: [S]) -> [S] {
    Observations.gaussian.enumerated().map { k, y in
      let distance = Double(7 - k) / 2 - x[2]
      return x[0] * S.exp(-0.5 * x[1] * distance.squared) - y
    }
  }

  static func meyer<S: RealScalar>(_ x: [S]) -> [S] {
    Observations.meyer.enumerated().map { k, y in
      x[0] * S.exp(x[1] / (Double(50 + 5 * k) + x[2])) - y
    }
  }

  /// With y − x₂, as the authors meant: the paper prints y·m·i·x₂.
  static func gulf<S: RealScalar>(_ x: [S]) -> [S] {
    (1...99).map { i in
      let t = Double(i) / 100
      let y = 25 + Foundation.pow(-50 * Foundation.log(t), 2.0 / 3.0)
      return S.exp(-S.exp(x[2] * S.log(S.abs(y - x[1]))) / x[0]) - t
    }
  }

  static func box<S: RealScalar>(_ x: [S]) -> [S] {
    (1...10).map { i in
      let t = 0.1 * Double(i)
      let difference = Foundation.exp(-t) - Foundation.exp(-10 * t)
      return S.exp(-t * x[0]) - S.exp(-t * x[1]) - x[2] * difference
    }
  }

  static func kowalikOsborne<S: RealScalar>(_ x: [S]) -> [S] {
    zip(Observations.kowalikOsborne, Observations.kowalikOsborneInput).map { y, u in
      y - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3])
    }
  }

  static func brownDennis<S: RealScalar>(_ x: [S]) -> [S] {
    (1...20).map { i in
      let t = Double(i) / 5
      let first = x[0] + t * x[1] - Foundation.exp(t)
      let second = x[2] + Foundation.sin(t) * x[3] - Foundation.cos(t)
      return first.squared + second.squared
    }
  }

  static func osborneOne<S: RealScalar>(_ x: [S]) -> [S] {
    Observations.osborneOne.enumerated().map { k, y in
      let t = 10 * Double(k)
      return y - (x[0] + x[1] * S.exp(-t * x[3]) + x[2] * S.exp(-t * x[4]))
    }
  }

  static func biggs<S: RealScalar>(_ x: [S]) -> [S] {
    (1...13).map { i in
      let t = 0.1 * Double(i)
      let y = Foundation.exp(-t) - 5 * Foundation.exp(-10 * t) + 3 * Foundation.exp(-4 * t)
      let model = x[2] * S.exp(-t * x[0]) - x[3] * S.exp(-t * x[1]) + x[5] * S.exp(-t * x[4])
      return model - y
    }
  }

  static func osborneTwo<S: RealScalar>(_ x: [S]) -> [S] {
    Observations.osborneTwo.enumerated().map { k, y in
      let t = Double(k) / 10
      var model = x[0] * S.exp(-t * x[4])
      for j in 0..<3 {
        model += x[1 + j] * S.exp(-(x[5 + j] * (t - x[8 + j]).squared))
      }
      return y - model
    }
  }
}

/// The data that the paper prints.
private enum Observations {
  static let bard: [Double] = [
    0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39,
  ]
  static let gaussian: [Double] = [
    0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989, 0.3521, 0.2420, 0.1295, 0.0540,
    0.0175, 0.0044, 0.0009,
  ]
  static let meyer: [Double] = [
    34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307,
    2872,
  ]
  static let kowalikOsborne: [Double] = [
    0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246,
  ]
  static let kowalikOsborneInput: [Double] = [
    4, 2, 1, 0.5, 0.25, 0.1670, 0.1250, 0.1, 0.0833, 0.0714, 0.0625,
  ]
  static let osborneOne: [Double] = [
    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685,
    0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448,
    0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406,
  ]
  static let osborneTwo: [Double] = [
    1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608,
    0.655, 0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661,
    0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428,
    0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559,
    0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
  ]
}
