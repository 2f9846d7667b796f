// The peer: the same operations with the Go client library.
package telemetry

import (
	"bytes"
	"fmt"
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

func BenchmarkHistogramObserve(b *testing.B) {
	histogram := prometheus.NewHistogram(
		prometheus.HistogramOpts{Name: "bench_seconds", Help: "A histogram.", Buckets: buckets})
	for i := 0; i < b.N; i++ {
		histogram.Observe(float64(i & 15))
	}
}

// 9,000 counters and gauges, and 72 histograms: 10,080 series, as a scrape counts them.
func largeRegistry() *prometheus.Registry {
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
	histograms := prometheus.NewHistogramVec(
		prometheus.HistogramOpts{Name: "bench_duration_seconds", Help: "A histogram.", Buckets: buckets},
		[]string{"task"})
	for series := 0; series < 72; series++ {
		for value := 0; value < 100; value++ {
			histograms.WithLabelValues(fmt.Sprintf("task-%d", series)).Observe(float64(value) * 0.7)
		}
	}
	registry.MustRegister(histograms)
	return registry
}

func render(b *testing.B, format expfmt.Format) {
	registry := largeRegistry()
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
