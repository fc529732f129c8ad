import Optimization

/// The optimizers for likelihoods: all but those of sums of squares, since −log L has no residuals.
public enum FitMethods {
  /// The optimizers by name, as model files name them.
  public static let catalog = OptimizerCatalog(
    OptimizerCatalog.standard.methods.filter { $0.needs != .residuals })
}
