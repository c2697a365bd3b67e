package standin

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// texts are the words of the pages in one language, by key.
type texts map[string]string

func readTexts(files fs.FS, lang string) (texts, error) {
	name := "texts-" + lang + ".json"
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("stand-in: its texts cannot be read: %w", err)
	}
	t := texts{}
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("stand-in: %s: %w", name, err)
	}
	return t, nil
}

func (t texts) with(key, name string) string { return strings.ReplaceAll(t[key], "{name}", name) }

var germanMonths = strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")

// longDate writes a date as the list does for people: in the language of the account.
func longDate(t time.Time, lang string) string {
	if lang == "de" {
		return fmt.Sprintf("%d. %s %d", t.Day(), germanMonths[t.Month()-1], t.Year())
	}
	return t.Format("January 2, 2006")
}
