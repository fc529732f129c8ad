// Reads a beam from a file and prints its Twiss functions: beam-twiss FILE [kinetic energy in MeV]
import BeamDynamics
import LatticeFiles

guard CommandLine.arguments.count > 1 else { fatalError("beam-twiss FILE [kinetic energy in MeV]") }
let energy = CommandLine.arguments.dropFirst(2).first.flatMap(Double.init) ?? 100
let bunch = try Bunch<Double>(
  contentsOf: CommandLine.arguments[1],
  reference: ReferenceParticle(species: .electron, kineticEnergy: energy))
let moments = SecondMoments(try bunch.moments().covariance ?? .zero)
print("\(bunch.count) particles")
for plane in Plane.allCases {
  print(plane, moments.twiss(plane)?.description ?? "has no area")
}
