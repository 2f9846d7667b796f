import CoreMetrics
import Support
import Telemetry
import Testing

@Suite struct SwiftMetricsFactoryTests {
    private let registry = Registry()
    private let dropped = "cleanup_metrics_dropped_series_total"

    private var factory: SwiftMetricsFactory { SwiftMetricsFactory(registry) }

    @Test func httpServerMetricsGetTheirNamesUnitsAndHelps() throws {
        let factory = factory
        let dimensions = [
            ("http.route", "/tasks/{name}"), ("http.request.method", "GET"), ("http.response.status_code", "200"),
        ]
        factory.makeCounter(label: "hb.requests", dimensions: dimensions).increment(by: 2)
        factory.makeTimer(label: "http.server.request.duration", dimensions: dimensions).recordNanoseconds(30_000_000)
        let active = factory.makeMeter(
            label: "http.server.active_requests",
            dimensions: [("http.request.method", "GET")]
        )
        active.increment(by: 1)
        active.increment(by: 1)
        active.decrement(by: 1)
        let samples = Samples(registry)
        let labels = #"http_request_method="GET",http_response_status_code="200",http_route="/tasks/{name}""#
        #expect(samples["hb_requests_total{\(labels)}"] == "2")
        #expect(samples["http_server_request_duration_seconds_sum{\(labels)}"] == "0.03")
        #expect(samples[#"http_server_request_duration_seconds_bucket{\#(labels),le="0.025"}"#] == "0")
        #expect(samples[#"http_server_request_duration_seconds_bucket{\#(labels),le="0.05"}"#] == "1")
        #expect(samples[#"http_server_active_requests{http_request_method="GET"}"#] == "1")
        let judged = try Tool.promtool(registry.render(.text))
        #expect(judged.status == 0, "\(judged.output)")
    }

    @Test(
        arguments: [
            ("my-lib.cacheHits", "my_lib_cache_hits_total", "5"),
            ("requests_total", "requests_total", "5"),
            ("my__lib..tidy_", "my_lib_tidy_total", "5"),
            ("9lives", "library_9lives_total", "5"),
            ("cleanup_items_deleted_total", "library_cleanup_items_deleted_total", "5"),
            ("process.cpu", "library_process_cpu_total", "5"),
            ("hit_counter", "hit_total", "5"),
            ("jobs.count", "jobs_total", "5"),
            ("sleep.milliseconds", "sleep_seconds_total", "0.005"),
            ("sent_kb", "sent_bytes_total", "5000"),
            ("wire.bytes.total", "wire_bytes_total", "5"),
            ("日本", "unnamed_total", "5"),
            ("", "unnamed_total", "5"),
            ("_total", "unnamed_total", "5"),
        ]
    )
    func countersGetLegalNames(label: String, name: String, value: String) throws {
        factory.makeCounter(label: label, dimensions: []).increment(by: 5)
        #expect(Samples(registry)[name] == value)
        let judged = try Tool.promtool(registry.render(.text))
        #expect(judged.status == 0, "\(judged.output)")
    }

    @Test func timersAreInSecondsWhateverTheirNameSays() {
        factory.makeTimer(label: "query_duration_ms", dimensions: []).recordNanoseconds(1_500_000_000)
        factory.makeTimer(label: "wait", dimensions: []).recordNanoseconds(-1)
        let samples = Samples(registry)
        #expect(samples["query_duration_seconds_sum"] == "1.5")
        #expect(samples["wait_seconds_count"] == "0")
    }

    @Test func recordersAreHistogramsOrGauges() {
        let factory = factory
        factory.makeRecorder(label: "body.bytes", dimensions: [], aggregate: true).record(2000 as Int64)
        factory.makeRecorder(label: "pool.size", dimensions: [], aggregate: false).record(3.5)
        factory.makeMeter(label: "delay_ms", dimensions: []).set(250 as Int64)
        factory.makeFloatingPointCounter(label: "work", dimensions: []).increment(by: 0.5)
        let samples = Samples(registry)
        #expect(samples["body_bytes_sum"] == "2000")
        #expect(samples["pool_size"] == "3.5")
        #expect(samples["delay_seconds"] == "0.25")
        #expect(samples["work_total"] == "0.5")
    }

    @Test func dimensionsOutsideTheAllowListAreAddedUp() {
        let factory = SwiftMetricsFactory(registry, allowedDimensions: ["pool", "state"])
        for user in ["u1", "u2"] {
            factory.makeCounter(label: "c", dimensions: [("user.id", user), ("state", "x"), ("pool", "p")])
                .increment(by: 1)
            factory.makeCounter(label: "c", dimensions: [("pool", "p"), ("state", "x")]).increment(by: 1)
        }
        #expect(Samples(registry)[#"c_total{pool="p",state="x"}"#] == "4")
        #expect(Samples(registry).series(of: "c_total").count == 1)
    }

    @Test func laterMetricsOfAFamilyKeepItsLabels() {
        let factory = SwiftMetricsFactory(registry, allowedDimensions: ["a", "b"])
        factory.makeCounter(label: "c", dimensions: [("a", "1")]).increment(by: 1)
        factory.makeCounter(label: "c", dimensions: [("b", "2")]).increment(by: 2)
        factory.makeCounter(label: "c", dimensions: []).increment(by: 3)
        #expect(Samples(registry).series(of: "c_total") == [#"c_total{a=""}"#, #"c_total{a="1"}"#])
        #expect(Samples(registry)[#"c_total{a=""}"#] == "5")
    }

    @Test func mismatchNeitherCrashesNorShows() throws {
        let factory = factory
        factory.makeCounter(label: "thing", dimensions: []).increment(by: 1)
        factory.makeMeter(label: "thing", dimensions: []).set(9.0)
        factory.makeTimer(label: "thing", dimensions: []).recordNanoseconds(1)
        factory.makeRecorder(label: "thing", dimensions: [], aggregate: true).record(1.0)
        let samples = Samples(registry)
        #expect(samples["thing_total"] == "1")
        #expect(samples["thing"] == nil)
        #expect(samples["thing_seconds_count"] == "1")
        #expect(samples[dropped] == "2")
    }

    @Test func librariesHaveALimitOfFamilies() {
        let factory = factory
        for number in 0..<(SwiftMetricsFactory.maxFamilies + 5) {
            factory.makeCounter(label: "library_\(number)_x", dimensions: []).increment(by: 1)
        }
        #expect(Samples(registry)[dropped] == "5")
        #expect(Samples(registry)["library_99_x_total"] == "1")
        #expect(Samples(registry)["library_100_x_total"] == nil)
    }

    @Test(.tags(.m9)) func hostileMethodsStayWithinTheCap() {
        let registry = Registry(maxSeriesPerFamily: 10)
        let factory = SwiftMetricsFactory(registry)
        for number in 0..<100 {
            factory.makeCounter(label: "hb.requests", dimensions: [("http.request.method", "M\(number)")])
                .increment(by: 1)
        }
        #expect(Samples(registry).series(of: "hb_requests_total").count == 10)
        let overflow = #"hb_requests_total{http_request_method="other"}"#
        #expect(Samples(registry)[overflow] == "91")
        let late = factory.makeCounter(label: "hb.requests", dimensions: [("http.request.method", "M99")])
        late.increment(by: 1)
        factory.destroyCounter(late)
        #expect(Samples(registry)[overflow] == "92")
    }

    @Test func seriesGoesWhenItsLastHolderIsDestroyed() {
        let factory = factory
        let first = factory.makeCounter(label: "c", dimensions: [])
        let second = factory.makeCounter(label: "c", dimensions: [])
        first.increment(by: 1)
        second.increment(by: 1)
        factory.destroyCounter(first)
        factory.destroyCounter(first)
        #expect(Samples(registry)["c_total"] == "2")
        factory.destroyCounter(second)
        #expect(Samples(registry)["c_total"] == nil)
        second.increment(by: 1)
        let third = factory.makeCounter(label: "c", dimensions: [])
        #expect(Samples(registry)["c_total"] == "0")
        third.reset()
        third.increment(by: 4)
        third.reset()
        #expect(Samples(registry)["c_total"] == "4")
    }

    @Test func everyKindCanBeDestroyed() {
        let factory = factory
        factory.destroyMeter(factory.makeMeter(label: "a", dimensions: []))
        factory.destroyTimer(factory.makeTimer(label: "b", dimensions: []))
        factory.destroyRecorder(factory.makeRecorder(label: "c", dimensions: [], aggregate: true))
        factory.destroyFloatingPointCounter(factory.makeFloatingPointCounter(label: "d", dimensions: []))
        let samples = Samples(registry)
        #expect(["a", "b_seconds_count", "c_count", "d_total"].allSatisfy { samples[$0] == nil })
    }

    @Test func worksAsTheBackEndOfSwiftMetrics() {
        let factory = factory
        CoreMetrics.Counter(label: "jobs", dimensions: [], factory: factory).increment(by: 3)
        let timer = CoreMetrics.Timer(label: "job", dimensions: [], factory: factory)
        timer.recordMilliseconds(250)
        #expect(Samples(registry)["jobs_total"] == "3")
        #expect(Samples(registry)["job_seconds_sum"] == "0.25")
        timer.destroy()
        #expect(Samples(registry)["job_seconds_sum"] == nil)
    }
}
