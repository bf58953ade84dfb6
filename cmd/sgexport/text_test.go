package main

import (
	"strings"
	"testing"
)

func TestWidth(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "…": 1, "─": 1, "数据": 4, "ﾊﾝｶｸ": 4, "e\u0301": 1, "🚀": 2, "👩‍🔬": 2, "🇩🇪": 2, "한글": 4,
	} {
		if got := width(text); got != want {
			t.Errorf("%q takes %d columns, want %d", text, got, want)
		}
	}
}

// Whatever is cut is no wider than it may be, and what is padded is as wide as asked for.
func TestCutAndPad(t *testing.T) {
	for _, c := range []struct {
		text        string
		columns     int
		end, middle string
	}{
		{"short", 5, "short", "short"},
		{"model-of-fraud", 7, "model-…", "mod…aud"},
		{"数据准备模型", 8, "数据准…", "数…模型"},
		{"数据准备模型", 7, "数据准…", "数…模型"},
		{"x🚀🚀🚀y", 5, "x🚀…", "x…🚀y"},
	} {
		end, middle := cutEnd(c.text, c.columns), cutMiddle(c.text, c.columns)
		for _, got := range []string{end, middle} {
			if width(got) > c.columns {
				t.Errorf("%q is cut to %q, which takes %d columns and not %d", c.text, got, width(got), c.columns)
			}
			if padded := pad(got, c.columns); width(padded) != c.columns || !strings.HasPrefix(padded, got) {
				t.Errorf("%q is padded to %q", got, padded)
			}
			if padded := padLeft(got, c.columns); width(padded) != c.columns || !strings.HasSuffix(padded, got) {
				t.Errorf("%q is padded to %q", got, padded)
			}
		}
		if end != c.end {
			t.Errorf("the beginning of %q is %q, want %q", c.text, end, c.end)
		}
		if middle != c.middle {
			t.Errorf("the ends of %q are %q, want %q", c.text, middle, c.middle)
		}
	}
}

func TestFolded(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "> "},
		{"one two", "> one two"},
		{"one two three four", "> one two|. three four"},
		{"数据 准备 模型 训练", "> 数据 准备|. 模型 训练"},
		{"arn:aws:sagemaker:us-east-1 x", "> arn:aws:sagemaker:us-east-1|. x"},
		{"a\x1b[31mb", "> a\\x1b[31mb"},
	} {
		if got := strings.Join(folded("> ", ". ", c.text, 12), "|"); got != c.want {
			t.Errorf("%q is folded to %q, want %q", c.text, got, c.want)
		}
	}
}
