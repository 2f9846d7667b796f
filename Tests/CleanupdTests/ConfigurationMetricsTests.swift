import Retention
import Telemetry
import Testing

@testable import cleanupd

/// What the figures of the last reload say of a configuration, and of a certificate that is read by itself.
@Suite struct ConfigurationMetricsTests {
    private let metrics: ConfigurationMetrics
    private let successful: Gauge
    private let successTime: Gauge

    init() throws {
        let registry = Registry()
        metrics = try ConfigurationMetrics(registry, loadedAt: Instant(seconds: 7))
        successful = try registry.gauge(Catalogue.configLastReloadSuccessful)
        successTime = try registry.gauge(Catalogue.configLastReloadSuccess)
    }

    @Test func aBadCertificateIsSeenUntilAGoodOneIsThere() {
        #expect(successful.value == 1)
        metrics.certificateRead(isGood: false)
        #expect(successful.value == 0)
        metrics.certificateRead(isGood: true)
        #expect(successful.value == 1)
        #expect(successTime.value == 7)
    }

    @Test func aGoodCertificateDoesNotHideARefusedConfiguration() {
        metrics.reloadFailed()
        metrics.certificateRead(isGood: true)
        #expect(successful.value == 0)
        metrics.reloaded(at: Instant(seconds: 9))
        #expect(successful.value == 1)
        #expect(successTime.value == 9)
    }
}
