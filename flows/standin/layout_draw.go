package standin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// design is everything about a page that is drawn from the seed. The page's script reads it; a person reads LayoutPlan.String.
type design struct {
	Lang    string `json:"-"`
	Portal  bool   `json:"portal"`
	Classes string `json:"classes"` // how class names are made
	PerLoad bool   `json:"perLoad"` // they differ from one load to the next
	Theme   int    `json:"theme"`
	Listen  string `json:"listen"` // who hears a click: the element or the document
	Button  string `json:"button"`
	Wraps   int    `json:"wraps"` // needless elements around things

	List    string   `json:"list"`
	NameTag string   `json:"nameTag"`
	Order   []string `json:"order"` // of the cells of a row
	Dates   bool     `json:"dates"`
	Kinds   bool     `json:"kinds"`
	Odd     bool     `json:"odd"`     // every second row has one more class
	Shadow  string   `json:"shadow"`  // none, list, row
	Copy    string   `json:"copy"`    // a second list for phones: none, display, visibility
	Rerows  int      `json:"rerows"`  // ms between rebuilds of the rows, 0: never
	Recycle bool     `json:"recycle"` // a virtual list uses its nodes again
	Frame   bool     `json:"frame"`   // portal: the known skeleton ids
	Tells   bool     `json:"tells"`   // the page says whose account it is
	Search  bool     `json:"search"`

	Families string `json:"families"`
	Preset   string `json:"preset"` // what stands open at first: all, first, none
	Counts   string `json:"counts"` // none, beside, within
	Gate     bool   `json:"gate"`   // the devices are behind one of the page's own tabs
	LateList bool   `json:"lateList"`
	Push     bool   `json:"push"` // a tile changes the address without a load
	Paging   string `json:"paging"`
	Size     int    `json:"size"`
	Scroller string `json:"scroller"` // window, box

	Name  string `json:"name"`
	Split int    `json:"split"`
	IDs   string `json:"ids"`

	Action    string   `json:"action"`
	Neighbour []string `json:"neighbours"` // the buttons of a device in order; "dereg" is ours
	Hover     string   `json:"hover"`      // visibility, opacity, insert
	Opener    string   `json:"opener"`     // of the menu
	MenuAt    string   `json:"menuAt"`     // in, body, sibling
	MenuIdle  string   `json:"menuIdle"`   // a closed menu is absent or hidden
	MenuHead  bool     `json:"menuHead"`   // the menu says the name
	Behind    string   `json:"behind"`     // details behind name, row, chevron
	Where     string   `json:"where"`      // details in page, drawer, side, dialog, inline
	Within    string   `json:"within"`     // in the details, the buttons stand plain or in a menu
	AllBar    bool     `json:"allBar"`     // "Deregister all" over the list

	Confirm  string `json:"confirm"`
	Tick     bool   `json:"tick"`
	Disabled int    `json:"disabled"`
	Fill     int    `json:"fill"` // ms until the pop-up has its words
	Cancel   bool   `json:"cancel"`
	Cross    bool   `json:"cross"`
	Explain  bool   `json:"explain"`
	Second   bool   `json:"second"`
	Names    bool   `json:"names"`
	Yes      string `json:"yes"`
	YesFirst bool   `json:"yesFirst"`
	Feedback string `json:"feedback"`

	ListDelay int `json:"listDelay"`
	Late      int `json:"late"` // ms that Deregister comes after its neighbours
	MenuDelay int `json:"menuDelay"`

	Survey string `json:"survey"` // none, box, full
	Banner string `json:"banner"` // none, top, bottom
	Cookie bool   `json:"cookie"`
	Close  string `json:"close"` // how what lies over the page is closed: icon, cross, word
	Promos bool   `json:"promos"`
	Group  bool   `json:"group"` // a speaker group with buttons of its own stands among the devices
}

// die draws choices.
type die struct{ *rand.Rand }

func (d die) one(of ...string) string { return of[d.IntN(len(of))] }

// often draws the first choice with the given percentage, else one of the rest.
func (d die) often(percent int, first string, rest ...string) string {
	pick := rest[d.IntN(len(rest))]
	if d.IntN(100) < percent {
		return first
	}
	return pick
}

func (d die) percent(n int) bool { return d.IntN(100) < n }

// upTo is 0 in one of three draws, else a number up to most.
func (d die) upTo(most int) int {
	n := d.IntN(most + 1)
	if d.IntN(3) == 0 {
		return 0
	}
	return n
}

// drawDesign draws a page. Each dimension is drawn for itself; what cannot stand together is mended at the end.
func drawDesign(r *rand.Rand, portal bool) design {
	d := die{r}
	g := design{Portal: portal}
	g.Lang = d.often(65, "en", "de")
	g.Classes, g.PerLoad, g.Theme = d.one("modules", "emotion", "pairs", "utility", "none"), d.percent(25), d.IntN(5)
	g.Listen = d.one("element", "document")
	g.Button = d.one("button", "div", "anchor", "role", "amazon", "input", "bare")
	g.Wraps = d.IntN(3)

	g.List = d.one("table", "cards", "ul", "divs", "dl", "aria", "custom")
	g.NameTag = d.one("div", "span", "h3", "strong", "p", "a", "b")
	g.Order = []string{"name", "kind", "date", "id", "acts"}
	switch d.IntN(4) {
	case 0:
		g.Order = []string{"acts", "name", "kind", "id", "date"}
	case 1:
		g.Order = []string{"kind", "name", "id", "date", "acts"}
	}
	g.Dates, g.Kinds, g.Odd = d.percent(70), d.percent(75), d.percent(30)
	g.Shadow = d.often(75, "none", "list", "row")
	g.Copy = d.often(65, "none", "display", "visibility")
	if d.percent(35) {
		g.Rerows = 700 + d.IntN(900)
	}
	g.Recycle, g.Frame, g.Tells, g.Search = d.percent(50), d.percent(50), d.percent(50), d.percent(25)

	g.Families = d.often(25, "none", "tiles-link", "tiles-handler", "tiles-button", "accordion", "tabs", "chips", "select")
	g.Preset = d.one("all", "first", "none")
	g.Counts = d.one("none", "beside", "within")
	g.Gate, g.LateList, g.Push = d.percent(15), d.percent(25), d.percent(50)
	g.Paging = d.often(35, "all", "pages", "more", "scroll", "virtual")
	g.Size, g.Scroller = 4+d.IntN(6), d.one("window", "box")

	g.Name = d.one("plain", "plain", "split", "cut-title", "cut-css", "label", "label-apart", "nested")
	g.Split = d.IntN(3)
	g.IDs = d.one("row", "grouped", "menu", "details", "attribute", "nowhere", "row")

	g.Action = d.one("row", "row", "hover", "menu", "menu", "details", "details", "toolbar")
	others := []string{"wipe", "all", "lock", "reset", "voice", "help", "rename"}
	r.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	g.Neighbour = slices.Insert(slices.Clone(others[:d.IntN(5)]), 0, "dereg")
	r.Shuffle(len(g.Neighbour), func(i, j int) { g.Neighbour[i], g.Neighbour[j] = g.Neighbour[j], g.Neighbour[i] })
	g.Hover = d.one("visibility", "opacity", "insert")
	g.Opener = d.one("dots", "word", "icon", "labelled", "native")
	g.MenuAt, g.MenuIdle, g.MenuHead = d.one("in", "body", "sibling"), d.one("absent", "hidden"), d.percent(20)
	g.Behind, g.Where = d.one("name", "row", "chevron"), d.one("page", "drawer", "side", "dialog", "inline")
	g.Within, g.AllBar = d.often(75, "plain", "menu"), d.percent(15)

	g.Confirm = d.often(15, "none", "body", "body", "body", "native", "inline", "window")
	g.Tick, g.Cancel, g.Cross = d.percent(20), d.percent(75), d.percent(40)
	if d.percent(25) {
		g.Disabled = 300 + d.IntN(1200)
	}
	if d.percent(20) {
		g.Fill = 200 + d.IntN(600)
	}
	g.Explain, g.Second, g.Names, g.YesFirst = d.percent(35), d.percent(12), d.percent(60), d.percent(40)
	g.Yes = d.one("dereg", "dereg", "yes", "confirm", "continue", "ok")
	g.Feedback = d.one("toast", "line", "modal", "none", "reload", "fade", "stays")

	g.ListDelay, g.Late, g.MenuDelay = d.upTo(2500), d.upTo(1500), d.upTo(800)
	g.Survey, g.Banner = d.often(75, "none", "box", "full"), d.often(75, "none", "top", "bottom")
	g.Cookie, g.Close, g.Promos, g.Group = d.percent(20), d.one("icon", "cross", "word"), d.percent(20), d.percent(20)
	g.mend()
	return g
}

// mend changes what cannot stand together on one page.
func (g *design) mend() {
	if g.Portal {
		g.Gate, g.Push = false, true
		if g.Families == "tiles-link" { // the portal's routes have no place for a family
			g.Families = "tiles-handler"
		}
	}
	if g.Paging == "virtual" { // rows of one height, at fixed places
		if g.List == "table" || g.List == "cards" || g.List == "dl" {
			g.List = "divs"
		}
		if g.MenuAt == "sibling" {
			g.MenuAt = "body"
		}
		if g.Where == "inline" {
			g.Where = "drawer"
		}
		if g.Confirm == "inline" {
			g.Confirm = "body"
		}
		if g.Families == "accordion" {
			g.Families = "tabs"
		}
		g.Shadow = strings.Replace(g.Shadow, "row", "list", 1)
	}
	if g.Shadow == "row" && g.List != "divs" && g.List != "cards" && g.List != "custom" { // only some elements can have one
		g.List = "divs"
	}
	if g.Name == "cut-css" && g.List == "table" {
		g.Name = "plain"
	}
	if g.Action == "details" && g.Behind == "name" && g.NameTag != "a" && g.Listen == "element" {
		g.NameTag = "a"
	}
	if g.IDs == "menu" && g.Action != "menu" || g.IDs == "details" && g.Action != "details" {
		g.IDs = "grouped"
	}
	switch g.Families {
	case "none":
		g.LateList = g.LateList && g.Gate
	case "accordion", "chips", "tabs", "select":
		if g.LateList || g.Families == "accordion" && g.Preset == "all" {
			g.Preset = "none"
		}
	default:
		g.Preset = "none"
	}
	if g.Confirm == "none" || g.Confirm == "window" {
		g.Tick, g.Second, g.Disabled, g.Fill = false, false, 0, 0
	}
	if g.Action == "toolbar" {
		g.Late = min(g.Late, 800)
		if g.Confirm == "inline" {
			g.Confirm = "body"
		}
	}
	if g.Shadow != "none" && g.Hover == "visibility" {
		g.Hover = "insert"
	}
}

// describe says every choice in words, a line a topic.
func (g design) describe() string {
	yes := func(on bool, words string) string {
		if on {
			return ", " + words
		}
		return ""
	}
	ms := func(n int, words string) string {
		if n > 0 {
			return fmt.Sprintf(", %s %d ms", words, n)
		}
		return ""
	}
	var b strings.Builder
	line := func(topic, form string, args ...any) {
		fmt.Fprintf(&b, "  %-9s "+form+"\n", append([]any{topic}, args...)...)
	}
	line("page", "%s, classes %s%s, theme %d, clicks heard by the %s, buttons %s, %d wrappers%s%s%s", g.Lang, g.Classes, yes(g.PerLoad, "new at each load"), g.Theme, g.Listen,
		g.Button, g.Wraps, yes(g.Tells, "says whose account it is"), yes(g.Search, "search box"), yes(g.Portal && g.Frame, "known skeleton ids"))
	line("views", "families %s, at first %s, counts %s%s%s%s", g.Families, g.Preset, g.Counts, yes(g.Gate, "behind a tab"), yes(g.LateList, "list call only then"), yes(g.Push, "no load"))
	line("list", "%s, paging %s of %d by %s, cells %s, shadow %s, copy for phones %s%s%s%s%s%s", g.List, g.Paging, g.Size, g.Scroller, strings.Join(g.Order, " "), g.Shadow, g.Copy,
		yes(g.Odd, "odd rows"), ms(g.Rerows, "rows drawn anew every"), yes(g.Recycle && g.Paging == "virtual", "nodes used again"), yes(g.Promos, "promotions"), yes(g.Group, "a speaker group"))
	line("name", "%s in <%s>, ids %s", g.Name, g.NameTag, g.IDs)
	switch g.Action {
	case "hover":
		line("actions", "behind hover by %s", g.Hover)
	case "menu":
		line("actions", "in a menu: opener %s, menu %s, closed menu %s%s", g.Opener, g.MenuAt, g.MenuIdle, yes(g.MenuHead, "says the name"))
	case "details":
		line("actions", "in details behind the %s, shown as %s, buttons %s%s", g.Behind, g.Where, g.Within, yes(g.Within == "menu", "opener "+g.Opener+", menu "+g.MenuAt))
	default:
		line("actions", "in the %s", g.Action)
	}
	line("buttons", "%s%s", strings.Join(g.Neighbour, " "), yes(g.AllBar, "a bar over the list"))
	line("confirm", "%s, button %s%s%s%s%s%s%s%s%s", g.Confirm, g.Yes, yes(g.Names, "names the device"), yes(g.Tick, "a box first"), yes(!g.Cancel, "no Cancel"), yes(g.Cross, "a cross"),
		yes(g.Explain, "explains with dangers"), yes(g.Second, "a second OK"), ms(g.Disabled, "disabled"), ms(g.Fill, "filled after"))
	line("feedback", "%s", g.Feedback)
	line("delays", "list %d, Deregister %d, menus %d ms", g.ListDelay, g.Late, g.MenuDelay)
	line("over it", "survey %s, banner %s%s, closed by %s", g.Survey, g.Banner, yes(g.Cookie, "cookie bar"), g.Close)
	return b.String()
}
