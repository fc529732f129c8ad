import BeamDynamics
import Testing

@testable import Sensitivity

@Suite struct ScreenTests {
  /// For particles from far left to far right, also where the kernel ends between the edge and the
  /// middle of the first cell.
  @Test(arguments: [Screen.Kernel.linear, .gaussian(width: 0.5), .gaussian(width: 1)])
  func aParticleBesideTheScreenLeavesNoShare(_ kernel: Screen.Kernel) {
    let screen = Screen([.init(0, from: -4, to: 4, cells: 8)], kernel: kernel)
    for i in -60...60 {
      let x = 0.25 * Double(i)
      var cells = [Double](repeating: 0, count: 8)
      let point = PhaseSpace(x: x, px: 0, y: 0, py: 0, t: 0, pt: 0)
      screen.deposit(point, weight: 1, value: { $0 }, into: &cells, from: 0)
      let share = cells.reduce(0, +)
      // The sum of a sampled Gaussian of half a cell deviates from 1 by 2·exp(−2π²/4) = 1.4 %.
      if x.magnitude <= 1 { #expect((share - 1).magnitude < 0.015) }
      if x.magnitude >= 9.5 { #expect(share == 0) }
    }
  }
}
