package observe

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

const (
	exportTimeout    = 10 * time.Second
	maxExportedReply = 1 << 16
)

// Exporter sends spans to a collector by OTLP over HTTP in its JSON encoding (opentelemetry-proto, "OTLP/HTTP Request").
// OpenTelemetry's own exporter does the same with protocol buffers and brings gRPC along: 7.6 MB.
type Exporter struct {
	endpoint string
	client   *http.Client
}

// NewExporter makes an Exporter to a collector's traces endpoint, such as http://localhost:4318/v1/traces.
func NewExporter(endpoint string, client *http.Client) (*Exporter, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return nil, errors.New("traces: the endpoint is no http(s) address such as http://localhost:4318/v1/traces")
	}
	if client == nil {
		client = &http.Client{}
	}
	return &Exporter{endpoint: endpoint, client: client}, nil
}

// NewProvider makes a provider of tracers whose spans go out in batches; Shutdown sends the last ones.
func NewProvider(e sdk.SpanExporter, version string) *sdk.TracerProvider {
	return sdk.NewTracerProvider(sdk.WithBatcher(e), sdk.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "passerelle"), attribute.String("service.version", version))))
}

// ExportSpans implements trace.SpanExporter. A collector that is away loses these spans, and no others.
func (e *Exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(encode(spans))
	if err != nil {
		return fmt.Errorf("traces: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, exportTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.endpoint, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("traces: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := e.client.Do(req)
	if err != nil {
		return fmt.Errorf("traces: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxExportedReply)) // so that the connection can be used again
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("traces: the collector answered %d", res.StatusCode)
	}
	return nil
}

// Shutdown implements trace.SpanExporter.
func (e *Exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}

// The messages of opentelemetry-proto's trace.proto, as far as they are used. Its JSON writes ids in hexadecimal and
// 64-bit numbers as strings.
type (
	otlpRequest struct {
		ResourceSpans []otlpResourceSpans `json:"resourceSpans"`
	}
	otlpResourceSpans struct {
		Resource   otlpResource     `json:"resource"`
		ScopeSpans []otlpScopeSpans `json:"scopeSpans"`
	}
	otlpResource struct {
		Attributes []otlpAttribute `json:"attributes"`
	}
	otlpScopeSpans struct {
		Scope otlpScope  `json:"scope"`
		Spans []otlpSpan `json:"spans"`
	}
	otlpScope struct {
		Name string `json:"name"`
	}
	otlpSpan struct {
		TraceID    string          `json:"traceId"`
		SpanID     string          `json:"spanId"`
		ParentID   string          `json:"parentSpanId,omitempty"`
		Name       string          `json:"name"`
		Kind       int             `json:"kind"`
		Start      string          `json:"startTimeUnixNano"`
		End        string          `json:"endTimeUnixNano"`
		Attributes []otlpAttribute `json:"attributes,omitempty"`
		Status     otlpStatus      `json:"status"`
	}
	otlpAttribute struct {
		Key   string         `json:"key"`
		Value map[string]any `json:"value"`
	}
	otlpStatus struct {
		Code    int    `json:"code,omitempty"`
		Message string `json:"message,omitempty"`
	}
)

// otlpCodes are Status.StatusCode of trace.proto by codes.Code, which has Error and Ok the other way round.
var otlpCodes = [...]int{0, 2, 1}

// encode groups the spans of one provider, which share a resource, by the name of their tracer.
func encode(spans []sdk.ReadOnlySpan) otlpRequest {
	var scopes []otlpScopeSpans
	byName := map[string]int{}
	for _, s := range spans {
		name := s.InstrumentationScope().Name
		i, known := byName[name]
		if !known {
			i = len(scopes)
			byName[name] = i
			scopes = append(scopes, otlpScopeSpans{Scope: otlpScope{name}})
		}
		scopes[i].Spans = append(scopes[i].Spans, encodeSpan(s))
	}
	about := otlpResource{Attributes: encodeAttributes(spans[0].Resource().Attributes())}
	return otlpRequest{[]otlpResourceSpans{{Resource: about, ScopeSpans: scopes}}}
}

func encodeSpan(s sdk.ReadOnlySpan) otlpSpan {
	trace, id := s.SpanContext().TraceID(), s.SpanContext().SpanID()
	out := otlpSpan{
		TraceID: hex.EncodeToString(trace[:]), SpanID: hex.EncodeToString(id[:]), Name: s.Name(), Kind: int(s.SpanKind()),
		Start: strconv.FormatInt(s.StartTime().UnixNano(), 10), End: strconv.FormatInt(s.EndTime().UnixNano(), 10),
		Attributes: encodeAttributes(s.Attributes()),
		Status:     otlpStatus{Code: otlpCodes[int(s.Status().Code)%len(otlpCodes)], Message: s.Status().Description},
	}
	if parent := s.Parent().SpanID(); parent.IsValid() {
		out.ParentID = hex.EncodeToString(parent[:])
	}
	return out
}

func encodeAttributes(all []attribute.KeyValue) []otlpAttribute {
	var out []otlpAttribute
	for _, a := range all {
		value := map[string]any{}
		switch a.Value.Type() {
		case attribute.INT64:
			value["intValue"] = strconv.FormatInt(a.Value.AsInt64(), 10)
		case attribute.BOOL:
			value["boolValue"] = a.Value.AsBool()
		case attribute.FLOAT64:
			value["doubleValue"] = a.Value.AsFloat64()
		default:
			value["stringValue"] = a.Value.String()
		}
		out = append(out, otlpAttribute{string(a.Key), value})
	}
	return out
}
