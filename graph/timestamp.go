package graph

import "time"

// timestampForm is what a timestamp looks like.
const timestampForm = "2006-01-02T15:04:05.000000Z"

const (
	microsPerSecond = 1_000_000
	microsPerDay    = 86400 * microsPerSecond
	// The first day of the year 1 and the one after the year 9999, from 1970-01-01.
	firstDay, endDay = -719162, 2932897
)

// AppendTimestamp appends microseconds since the Unix epoch as RFC 3339 in UTC
// with six decimals: 2026-01-02T03:04:05.000000Z. Such texts sort by time
// within the years 0 to 9999.
func AppendTimestamp(dst []byte, us int64) []byte {
	day := us / microsPerDay
	us -= day * microsPerDay
	if us < 0 {
		day, us = day-1, us+microsPerDay
	}
	if day < firstDay || day >= endDay {
		return time.UnixMicro(day*microsPerDay+us).UTC().AppendFormat(dst, timestampForm)
	}
	year, month, date := dateOf(int(day))
	second := int(us / microsPerSecond)
	micro := int(us % microsPerSecond)
	dst = appendTwo(appendTwo(dst, year/100), year%100)
	dst = appendTwo(append(dst, '-'), month)
	dst = appendTwo(append(dst, '-'), date)
	dst = appendTwo(append(dst, 'T'), second/3600)
	dst = appendTwo(append(dst, ':'), second/60%60)
	dst = appendTwo(append(dst, ':'), second%60)
	dst = appendTwo(append(dst, '.'), micro/10000)
	dst = appendTwo(appendTwo(dst, micro/100%100), micro%100)
	return append(dst, 'Z')
}

func appendTwo(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// Days are counted in eras of 400 years that begin on the first of March, so that
// the day that some years have more is the last: H. Hinnant,
// "chrono-Compatible Low-Level Date Algorithms".
const (
	daysPerEra = 146097
	daysToEra  = 719468 // from 0000-03-01 to 1970-01-01
)

// dateOf returns the date of a day from 1970-01-01, in the year 1 or later.
func dateOf(day int) (year, month, date int) {
	day += daysToEra
	era := day / daysPerEra
	ofEra := day % daysPerEra
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	fromMarch := (5*ofYear + 2) / 153
	date = ofYear - (153*fromMarch+2)/5 + 1
	year = yearOfEra + 400*era
	if fromMarch < 10 {
		return year, fromMarch + 3, date
	}
	return year + 1, fromMarch - 9, date
}

// dayOf is the inverse of dateOf.
func dayOf(year, month, date int) int {
	fromMarch := month - 3
	if month < 3 {
		year, fromMarch = year-1, month+9
	}
	era := year / 400
	yearOfEra := year % 400
	ofYear := (153*fromMarch+2)/5 + date - 1
	return era*daysPerEra + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + ofYear - daysToEra
}

// ParseTimestamp reads what [AppendTimestamp] writes.
func ParseTimestamp(s string) (us int64, err error) {
	if us, ok := parsePlain(s); ok {
		return us, nil
	}
	t, err := time.Parse(timestampForm, s)
	if err != nil {
		return 0, err
	}
	return t.UnixMicro(), nil
}

// parsePlain reads a timestamp of the years 1 to 9999 up to the 28th of a month,
// which all months have; what else there is takes longer.
func parsePlain(s string) (us int64, ok bool) {
	if len(s) != len(timestampForm) || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != '.' || s[26] != 'Z' {
		return 0, false
	}
	ok = true
	two := func(i int) int {
		tens, units := s[i]-'0', s[i+1]-'0'
		ok = ok && tens <= 9 && units <= 9
		return int(tens)*10 + int(units)
	}
	year, month, date := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	micro := two(20)*10000 + two(22)*100 + two(24)
	if !ok || year < 1 || month < 1 || month > 12 || date < 1 || date > 28 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	return int64(dayOf(year, month, date))*microsPerDay + int64(hour*3600+minute*60+second)*microsPerSecond + int64(micro), true
}
