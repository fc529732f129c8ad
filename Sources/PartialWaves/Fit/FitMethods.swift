import Optimization

/// The optimizers for likelihoods.
public enum FitMethods {
  public static let catalog = OptimizerCatalog.standard
}
