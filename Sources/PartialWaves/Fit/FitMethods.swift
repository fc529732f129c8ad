import Optimization

/// The optimizers for likelihoods: all but those for sums of squares, since −log L has no
/// residuals.
public enum FitMethods {
  /// The optimizers by name, as model files name them.
  public static let catalog = OptimizerCatalog(
    OptimizerCatalog.standard.methods.filter { $0.needs != .residuals })
}
