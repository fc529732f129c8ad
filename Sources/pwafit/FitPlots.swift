import PartialWaves
import Plots

/// The plots that a fit leaves.
struct FitPlots {
  init(_ model: LoadedModel, _ summary: FitSummary) {}
  func write(to folder: String) throws {}
}
