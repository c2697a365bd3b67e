package device

import (
	"strings"
)

// familyWords leads from a type's description to a family, first match wins.
// Longer and narrower words stand first: a "Kindle for Android" is no Kindle.
// The families on the right are those seen in URLs and data, and a few in their
// manner.
var familyWords = []struct{ word, family string }{
	{"audible", "AUDIBLE_APP"},
	{"alexa app", "ALEXA_APP"}, {"alexa for", "ALEXA_APP"}, {"alexa on", "ALEXA_APP"},
	{"kindle for", "KINDLE_APP"}, {"kindle app", "KINDLE_APP"}, {"kindle cloud", "KINDLE_APP"}, {"kindle reader", "KINDLE_APP"},
	{"fire tv", "FIRE_TV"}, {"firetv", "FIRE_TV"},
	{"fire tablet", "FIRE_TABLET"}, {"kindle fire", "FIRE_TABLET"}, {"fire hd", "FIRE_TABLET"}, {"fire 7", "FIRE_TABLET"}, {"fire max", "FIRE_TABLET"},
	{"kindle", "KINDLE"},
	{"echo", "ECHO"},
	{"tablet", "FIRE_TABLET"},
}

// familyOf returns Amazon's own family where given, upper-cased; else a guess
// from the description; else the classification, or APPS for an app. "" if
// nothing was said.
func familyOf(family, description, classification, filter string) string {
	if family != "" {
		return foldFamily(family)
	}
	low := strings.ToLower(strings.Join(strings.Fields(description), " "))
	for _, w := range familyWords {
		if strings.Contains(low, w.word) {
			return w.family
		}
	}
	if classification != "" {
		return foldFamily(classification)
	}
	if strings.EqualFold(filter, "APPS") {
		return "APPS"
	}
	return foldFamily(description)
}
