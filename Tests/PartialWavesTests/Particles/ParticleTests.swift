import PartialWaves
import Testing

struct ParticleTests {
  @Test func namesAreUnique() {
    #expect(Set(Particle.all.map(\.name)).count == Particle.all.count)
  }

  @Test func antiparticlesHaveTheSameMassAndTheOppositeCharge() throws {
    for particle in Particle.all {
      let other = try #require(Particle.named(particle.antiparticle), "\(particle.name)")
      #expect(other.antiparticle == particle.name)
      #expect(other.mass == particle.mass && other.charge == -particle.charge)
    }
  }

  @Test func whatModelFilesNameIsThere() {
    for name in [
      "K+", "K-", "pi+", "pi-", "pi0", "K0", "K_S0", "D0", "D+", "p", "psi(2S)", "J/psi", "phi",
      "eta", "gamma", "mu+", "e+",
    ] {
      #expect(Particle.named(name)?.name == name)
    }
    #expect(Particle.named("k+") == nil)
  }

  @Test func chargedPionsAndKaonsHaveTheMassesOfThePDG() {
    #expect(Particle.pion.mass == 0.13957039 && Particle.named("pi-")?.mass == 0.13957039)
    #expect(Particle.kaon.mass == 0.493677 && Particle.named("K-")?.mass == 0.493677)
  }
}
