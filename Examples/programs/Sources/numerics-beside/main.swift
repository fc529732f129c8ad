// Formulas over any number beside swift-numerics: names of functions do not collide.
import AutoDiff
import RealModule

func gaussian<S: RealScalar>(_ x: S) -> S { S.exp(-0.5 * x * x) / S.sqrt(S(2 * .pi)) }

let x = Double.exp(0.25) - Double.log(onePlus: 0.5)
let slope = gaussian(Tangent(x, tangent: 1)).tangent
print("gaussian:", gaussian(x), "its slope:", slope, "and -x times it:", -x * gaussian(x))
