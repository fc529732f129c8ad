import AutoDiff

extension Double: ParticleWord { public static var precisionName: String { "double" } }
extension Float: ParticleWord { public static var precisionName: String { "float" } }
