// The peer: the same operations with the Go client library.
package telemetry

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

var buckets = []float64{0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600}

func BenchmarkCounterIncrement(b *testing.B) {
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "bench_total", Help: "A counter."})
	for i := 0; i < b.N; i++ {
		counter.Inc()
	}
}

func BenchmarkCounterIncrementBy(b *testing.B) {
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "bench_total", Help: "A counter."})
	for i := 0; i < b.N; i++ {
		counter.Add(1.5)
	}
}

func histogramOptions(native bool) prometheus.HistogramOpts {
	options := prometheus.HistogramOpts{Name: "bench_seconds", Help: "A histogram.", Buckets: buckets}
	if native {
		options.NativeHistogramBucketFactor = 1.1
		options.NativeHistogramMaxBucketNumber = 160
	}
	return options
}

func observe(b *testing.B, native bool) {
	histogram := prometheus.NewHistogram(histogramOptions(native))
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		histogram.Observe(float64(i & 15))
	}
}

func observeSpread(b *testing.B, native bool) {
	histogram := prometheus.NewHistogram(histogramOptions(native))
	var values [1024]float64
	for i := range values {
		values[i] = math.Pow(10, float64(i*389%1024)/1024*7-4)
	}
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		histogram.Observe(values[i&1023])
	}
}

func BenchmarkHistogramObserve(b *testing.B)             { observe(b, false) }
func BenchmarkHistogramObserveNative(b *testing.B)       { observe(b, true) }
func BenchmarkHistogramObserveSpread(b *testing.B)       { observeSpread(b, false) }
func BenchmarkHistogramObserveSpreadNative(b *testing.B) { observeSpread(b, true) }

// 9,000 counters and gauges, and 72 histograms: 10,080 series, as a scrape counts them.
func largeRegistry(native bool) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	labels := []string{"task", "reason"}
	for family := 0; family < 9; family++ {
		counters := prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: fmt.Sprintf("bench_%d_total", family), Help: "A family."}, labels)
		gauges := prometheus.NewGaugeVec(
			prometheus.GaugeOpts{Name: fmt.Sprintf("bench_%d", family), Help: "A family."}, labels)
		for series := 0; series < 1000; series++ {
			task, reason := fmt.Sprintf("task-%d", series%100), fmt.Sprintf("reason-%d", series/100)
			if family%2 == 0 {
				counters.WithLabelValues(task, reason).Add(float64(series) * 1.37)
			} else {
				gauges.WithLabelValues(task, reason).Set(float64(series) * 1.37)
			}
		}
		if family%2 == 0 {
			registry.MustRegister(counters)
		} else {
			registry.MustRegister(gauges)
		}
	}
	histograms := prometheus.NewHistogramVec(histogramOptions(native), []string{"task"})
	for series := 0; series < 72; series++ {
		for value := 0; value < 100; value++ {
			histograms.WithLabelValues(fmt.Sprintf("task-%d", series)).Observe(float64(value) * 0.7)
		}
	}
	registry.MustRegister(histograms)
	return registry
}

func render(b *testing.B, format expfmt.Format) {
	registry := largeRegistry(format == expfmt.FmtProtoDelim)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		var body bytes.Buffer
		encoder := expfmt.NewEncoder(&body, format)
		families, err := registry.Gather()
		if err != nil {
			b.Fatal(err)
		}
		for _, family := range families {
			if err := encoder.Encode(family); err != nil {
				b.Fatal(err)
			}
		}
		if closer, ok := encoder.(expfmt.Closer); ok {
			if err := closer.Close(); err != nil {
				b.Fatal(err)
			}
		}
		if body.Len() < 300000 {
			b.Fatal("the body is too short")
		}
	}
}

func BenchmarkRenderText(b *testing.B)        { render(b, expfmt.FmtText) }
func BenchmarkRenderOpenMetrics(b *testing.B) { render(b, expfmt.FmtOpenMetrics) }
func BenchmarkRenderProtobuf(b *testing.B)    { render(b, expfmt.FmtProtoDelim) }
