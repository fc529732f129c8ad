import DataFiles
import PartialWaves
import Plots

/// The plots of a fit, for each channel: spectra of masses and angles with the resonances in them,
/// and Dalitz plots of data and fit.
struct FitPlots {
  private let channels: [FittedChannel]

  /// - Parameter point: Values of the free parameters.
  /// - Throws: The errors of `Channel.intensities(of:_:resonances:workers:)`.
  init(_ model: LoadedModel, at point: [Double]) throws {
    let parameters = model.file.parameters.values(at: point)
    channels = try model.channels.map {
      try FittedChannel($0, parameters, workers: model.likelihood.workers)
    }
  }

  /// Writes a file for each plot: `phikk-mass-34.svg`. The first process writes, for all that share the events.
  func write(to folder: String) throws {
    for channel in channels {
      let model = channel.model
      let communicator = channel.workers.communicator
      for variable in EventVariable.all(of: model) {
        let figure = try Spectrum(variable, of: channel).figure()
        try communicator.inFirst {
          try figure.write(to: "\(folder)/\(model.name)-\(variable.name).svg")
        }
      }
      let plane = DalitzPlane(of: model)
      for (name, sample) in [("data", channel.data), ("fit", channel.fit)] {
        let figure = try plane.figure(sample, of: channel, title: name)
        try communicator.inFirst {
          try figure.write(to: "\(folder)/\(model.name)-dalitz-\(name).svg")
        }
      }
    }
  }
}
