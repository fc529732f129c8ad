import AutoDiff
import Foundation

/// Which residuals a test problem has.
public enum TestFormula: Sendable, CaseIterable {
  case rosenbrock, freudensteinRoth, powellBadlyScaled, brownBadlyScaled, beale, jennrichSampson
  case helicalValley, bard, gaussian, meyer, gulf, box, powellSingular, wood, kowalikOsborne
  case brownDennis, osborneOne, biggs, osborneTwo, watson, penaltyOne, penaltyTwo
  case variablyDimensioned, trigonometric, brownAlmostLinear, discreteBoundary, discreteIntegral
  case broydenTridiagonal, broydenBanded, linearFullRank, linearRankOne, linearRankOneZero
  case chebyquad

  public func residuals<S: RealScalar>(_ x: [S]) -> [S] {
    switch self {
    case .rosenbrock: SystemsOfEquations.rosenbrock(x)
    case .freudensteinRoth: FewVariables.freudensteinRoth(x)
    case .powellBadlyScaled: FewVariables.powellBadlyScaled(x)
    case .brownBadlyScaled: FewVariables.brownBadlyScaled(x)
    case .beale: FewVariables.beale(x)
    case .jennrichSampson: DataFits.jennrichSampson(x)
    case .helicalValley: FewVariables.helicalValley(x)
    case .bard: DataFits.bard(x)
    case .gaussian: DataFits.gaussian(x)
    case .meyer: DataFits.meyer(x)
    case .gulf: DataFits.gulf(x)
    case .box: DataFits.box(x)
    case .powellSingular: FewVariables.powellSingular(x)
    case .wood: FewVariables.wood(x)
    case .kowalikOsborne: DataFits.kowalikOsborne(x)
    case .brownDennis: DataFits.brownDennis(x)
    case .osborneOne: DataFits.osborneOne(x)
    case .biggs: DataFits.biggs(x)
    case .osborneTwo: DataFits.osborneTwo(x)
    case .watson: ManyVariables.watson(x)
    case .penaltyOne: ManyVariables.penaltyOne(x)
    case .penaltyTwo: ManyVariables.penaltyTwo(x)
    case .variablyDimensioned: ManyVariables.variablyDimensioned(x)
    case .trigonometric: ManyVariables.trigonometric(x)
    case .brownAlmostLinear: SystemsOfEquations.brownAlmostLinear(x)
    case .discreteBoundary: SystemsOfEquations.discreteBoundary(x)
    case .discreteIntegral: SystemsOfEquations.discreteIntegral(x)
    case .broydenTridiagonal: SystemsOfEquations.broydenTridiagonal(x)
    case .broydenBanded: SystemsOfEquations.broydenBanded(x)
    case .linearFullRank: ManyVariables.linearFullRank(x)
    case .linearRankOne: ManyVariables.linearRankOne(x)
    case .linearRankOneZero: ManyVariables.linearRankOneZero(x)
    case .chebyquad: ManyVariables.chebyquad(x)
    }
  }
}
