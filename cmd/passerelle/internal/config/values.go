package config

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parse reads a value as it stands in the environment or on the command line.
func (k key) parse(value string) (any, error) {
	switch k.kind {
	case address, origin:
		return value, checkAddress(value, k.kind == origin)
	case flag:
		on, err := strconv.ParseBool(value)
		if err != nil {
			return nil, errors.New("must be true or false")
		}
		return on, nil
	case snowflake:
		if _, err := strconv.ParseUint(value, 10, 64); err != nil {
			return nil, errors.New("must be a Discord id: digits alone, such as 123456789012345678")
		}
		return value, nil
	case count:
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > maxCount {
			return nil, fmt.Errorf("must be a whole number from 1 to %d", maxCount)
		}
		return n, nil
	case duration:
		d, err := parseTime(value)
		if err != nil {
			return nil, errors.New("must be a time with its unit, such as 30s or 1m30s")
		}
		return d, nil
	case frequency:
		return parseRate(value)
	case listen:
		return value, checkListen(value)
	case publicKey:
		if raw, err := hex.DecodeString(value); err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, errors.New("must be 64 hexadecimal digits, as the developer portal shows them (General Information → Public Key)")
		}
	case span:
		if !spanForm.MatchString(value) {
			return nil, errors.New("must be auto, a number of shards such as 4, or a range of all of them such as 0-3/16")
		}
	case choice:
		if !slices.Contains(k.choices, value) {
			return nil, fmt.Errorf("must be one of %s", strings.Join(k.choices, ", "))
		}
	}
	return value, nil
}

// maxCount is more than anybody needs of anything, and as many megabytes still fit into 63 bits of bytes.
const maxCount = 1_000_000_000

// spanForm is how shards are written; whether the numbers fit together, the gateway says.
var spanForm = regexp.MustCompile(`^(auto|[1-9][0-9]{0,4}|[0-9]{1,5}(-[0-9]{1,5})?/[1-9][0-9]{0,4})$`)

// checkListen wants an address to listen at. All interfaces are asked for by their name, 0.0.0.0 or [::].
func checkListen(value string) error {
	host, port, err := net.SplitHostPort(value)
	n, numeric := strconv.Atoi(port)
	if err != nil || host == "" || numeric != nil || n < 0 || n > 65535 {
		return errors.New("must be a host and a port, such as 127.0.0.1:8080, or 0.0.0.0:8080 for all interfaces")
	}
	return nil
}

// unlimited is written for a Rate that limits nothing.
const unlimited = "none"

func parseRate(value string) (Rate, error) {
	if value == unlimited {
		return Rate{}, nil
	}
	number, time, _ := strings.Cut(value, "/")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	per, timeErr := parseTime(strings.TrimSpace(time))
	if err != nil || timeErr != nil || n < 1 || n > maxRate {
		return Rate{}, fmt.Errorf("must be a number of questions and a time, such as 20/1h, or %s", unlimited)
	}
	return Rate{n, per}, nil
}

// maxRate is the most questions of a Rate.
const maxRate = 1_000_000

func parseTime(value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err == nil && d <= 0 {
		err = errors.New("not positive")
	}
	return d, err
}

// checkAddress never shows the address: a key pasted into the wrong place must not end up in a log.
func checkAddress(value string, bare bool) error {
	u, err := url.Parse(value)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https"):
		return errors.New("must be an address that begins with https:// or http://")
	case u.Hostname() == "":
		return errors.New("is an address without a host; write it as https://host/path")
	case u.User != nil:
		return errors.New("must not hold a name or a password; secrets have keys of their own")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("must end before any ? or #")
	case bare && strings.Trim(u.Path, "/") != "":
		return errors.New("must be a scheme and a host alone, such as http://localhost:8080")
	}
	return nil
}
