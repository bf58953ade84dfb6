//go:build !linux && !darwin

package snapshot

import "errors"

func exchange(_, _ string) error { return errors.ErrUnsupported }
