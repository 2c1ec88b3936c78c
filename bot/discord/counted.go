package discord

import (
	"net/http"
	"regexp"
	"strings"
)

// counted tells of each request that goes out, those that are tried again too.
type counted struct {
	next http.RoundTripper
	tell func(route string, status int)
}

// RoundTrip implements http.RoundTripper.
func (c counted) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(req)
	status := 0
	if err == nil {
		status = res.StatusCode
	}
	c.tell(req.Method+" "+routeOf(req.URL.Path), status)
	return res, err
}

var (
	pathRoot = regexp.MustCompile(`^/api(/v\d+)?`)
	pathID   = regexp.MustCompile(`/\d+`)
	// Behind the id of an interaction, or of an application, stands a token.
	pathToken = regexp.MustCompile(`^(/(?:interactions|webhooks)/:id)/[^/]+`)
)

// routeOf is the path without what makes it one of many: ids, and the tokens that would let anybody answer.
func routeOf(path string) string {
	path = pathID.ReplaceAllString(pathRoot.ReplaceAllString(path, ""), "/:id")
	return strings.TrimSuffix(pathToken.ReplaceAllString(path, "$1/:token"), "/")
}
