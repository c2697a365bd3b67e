package device

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// registered returns the day of registration in ISO 8601, from milliseconds
// since 1970 (a number or text) or else from the date as the page shows it, in
// the account's language. What is ambiguous (03/04/2021) stays unseen: "".
func registered(epoch, shown string) string {
	for _, s := range []string{epoch, shown} { // each is tried as either: the fields are not ours
		if day := fromEpoch(s); day != "" {
			return day
		}
		if day := fromShown(s); day != "" {
			return day
		}
	}
	return ""
}

// Days outside these years are not of registrations.
const firstYear, lastYear = 1995, 2100

func iso(y, m, d int) string {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < firstYear || y > lastYear || t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return ""
	}
	return t.Format(time.DateOnly)
}

func fromEpoch(s string) string {
	ms, err := strconv.ParseFloat(s, 64)
	if err != nil || !(ms >= 8e8 && ms < 5e12) {
		return ""
	}
	if ms < 5e9 { // seconds
		ms *= 1000
	}
	t := time.UnixMilli(int64(ms)).UTC()
	return iso(t.Year(), int(t.Month()), t.Day())
}

// months by the first letters of their names in the languages of the
// marketplaces; the longest that fits wins (mar/mars/marzo are one month, but
// Spanish mayo and French mai differ from mar, juin from juil).
var months = map[string]int{
	"jan": 1, "ene": 1, "gen": 1, "sty": 1, "oca": 1,
	"feb": 2, "fev": 2, "fév": 2, "lut": 2,
	"mar": 3, "mär": 3, "maa": 3, "mrt": 3,
	"apr": 4, "avr": 4, "abr": 4, "kwi": 4, "nis": 4,
	"may": 5, "mai": 5, "mag": 5, "mei": 5, "maj": 5,
	"jun": 6, "juin": 6, "giu": 6, "cze": 6, "haz": 6,
	"jul": 7, "juil": 7, "lug": 7, "lip": 7, "tem": 7,
	"aug": 8, "aoû": 8, "aou": 8, "ago": 8, "sie": 8,
	"sep": 9, "set": 9, "wrz": 9, "eyl": 9,
	"oct": 10, "okt": 10, "out": 10, "ott": 10, "paź": 10, "eki": 10,
	"nov": 11, "lis": 11, "kas": 11,
	"dec": 12, "dez": 12, "dic": 12, "déc": 12, "des": 12, "gru": 12, "ara": 12,
}

func month(word string) int {
	r := []rune(strings.ToLower(word))
	for n := min(4, len(r)); n >= 3; n-- {
		if m, ok := months[string(r[:n])]; ok {
			return m
		}
	}
	return 0
}

// fromShown reads "January 2, 2021", "2. Januar 2021", "2 de enero de 2021",
// "2021-01-02T…", "2021年1月2日", "02.01.2021". A time of day behind it is ignored.
func fromShown(s string) string {
	s = Normal(s)
	if s == "" || len(s) > 100 {
		return ""
	}
	var numbers []int
	var digits []int // how many digits each had
	var m, after int // month word; after: how many numbers came before it
	var sep rune     // what stands between the first two numbers
	rs := []rune(s)
	for i := 0; i < len(rs) && len(numbers) < 3; {
		switch r := rs[i]; {
		case r >= '0' && r <= '9':
			j := i
			for j < len(rs) && rs[j] >= '0' && rs[j] <= '9' {
				j++
			}
			n, err := strconv.Atoi(string(rs[i:j]))
			if err != nil {
				return ""
			}
			numbers, digits = append(numbers, n), append(digits, j-i)
			if len(numbers) == 1 && j < len(rs) {
				sep = rs[j]
			}
			i = j
		case unicode.IsLetter(r):
			j := i
			for j < len(rs) && (unicode.IsLetter(rs[j]) || unicode.Is(unicode.Mn, rs[j])) {
				j++
			}
			if k := month(string(rs[i:j])); k > 0 { // the last one: "martes, 2 de enero" looks like March at first
				m, after = k, len(numbers)
			}
			i = j
		default:
			i++
		}
		if m > 0 && len(numbers) == 2 {
			break
		}
	}
	switch {
	case m > 0 && len(numbers) >= 2 && digits[0] == 4 && after == 1: // 2021 January 2
		return iso(numbers[0], m, numbers[1])
	case m > 0 && len(numbers) >= 2 && digits[1] == 4:
		return iso(numbers[1], m, numbers[0])
	case m > 0 || len(numbers) < 3:
		return ""
	case digits[0] == 4: // 2021-01-02, 2021/1/2, 2021年1月2日
		return iso(numbers[0], numbers[1], numbers[2])
	case digits[2] != 4:
		return ""
	case sep == '.': // day first wherever dots are used
		return iso(numbers[2], numbers[1], numbers[0])
	case numbers[0] > 12:
		return iso(numbers[2], numbers[1], numbers[0])
	case numbers[1] > 12 || numbers[0] == numbers[1]:
		return iso(numbers[2], numbers[0], numbers[1])
	}
	return ""
}
