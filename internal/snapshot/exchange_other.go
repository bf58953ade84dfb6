//go:build !linux

package snapshot

import "errors"

func exchange(_, _ string) error { return errors.ErrUnsupported }
