package observe

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"passerelle/bot"
)

// Traced makes a span of each answer of next, with one within it for each of its steps. Spans tell status, mode, language
// and numbers; never a text.
func Traced(next bot.Answerer, tracer trace.Tracer) bot.Answerer { return traced{next, tracer} }

type traced struct {
	next   bot.Answerer
	tracer trace.Tracer
}

// Answer implements bot.Answerer.
func (t traced) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) {
	ctx, span := t.tracer.Start(ctx, "answer", trace.WithAttributes(attribute.Int("question.earlier", len(q.Earlier))))
	defer span.End()
	begin := time.Now()
	at := begin
	stages := newStages(begin, func(stage string, took time.Duration) {
		_, step := t.tracer.Start(ctx, stage, trace.WithTimestamp(at))
		at = at.Add(took)
		step.End(trace.WithTimestamp(at))
	})
	q.Progress = stages.watch(q.Progress)
	a, err := t.next.Answer(ctx, q)
	stages.end(time.Now())
	if err != nil {
		span.SetStatus(codes.Error, "no answer")
		return a, err
	}
	span.SetAttributes(
		attribute.String("answer.status", string(a.Status)), attribute.String("answer.mode", string(a.Mode)),
		attribute.String("answer.language", a.Language), attribute.String("answer.notice", string(a.Notice)),
		attribute.Int("answer.claims", len(a.Claims)), attribute.Int("answer.dropped", a.Dropped),
	)
	return a, nil
}
