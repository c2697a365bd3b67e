package cli

import (
	"context"
	"errors"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
)

// picks: nothing is named, and a person at a terminal can pick from the list.
func (a *app) picks(o *deregisterOptions, names []string) bool {
	named := len(names)+len(o.serials)+len(o.keys)+len(o.files)+len(o.match)+len(o.families) > 0 || o.all
	return !named && a.Terminal && a.Screen > 0 && !o.yes && !a.o.quiet && !a.o.logJSON() && !a.dumb()
}

// pick lets a person choose devices from the list; it returns their keys.
func (a *app) pick(ctx context.Context, devices []device.Device) ([]string, error) {
	if err := a.unsaid(devices); err != nil {
		return nil, err
	}
	options := pickable(devices)
	if len(options) == 0 {
		return nil, &flows.Stop{Code: flows.CodeNotFound, Message: "no device on the account can be picked: the list shows none with a key"}
	}
	if err := dropTyped(a.In); err != nil {
		return nil, &flows.Stop{Code: flows.CodeUsage, Message: "the terminal's input could not be cleared before asking: " + err.Error(), Err: err, Hint: "name the devices"}
	}
	defer a.progress.hold()()
	flush(a.Err)
	var keys []string
	keymap := huh.NewDefaultKeyMap()
	keymap.MultiSelect.Toggle = key.NewBinding(key.WithKeys("space", "x"), key.WithHelp("space", "pick"))
	keymap.MultiSelect.SelectAll, keymap.MultiSelect.SelectNone = key.NewBinding(), key.NewBinding() // one key must not choose every device
	form := huh.NewForm(huh.NewGroup(huh.NewMultiSelect[string]().
		Title("Which devices do you want to deregister?").
		Description("Space picks, / filters, Enter continues. Nothing is clicked yet.").
		Options(options...).Height(min(len(options)+3, 18)).Value(&keys))).
		WithKeyMap(keymap).WithInput(a.In).WithOutput(a.progress.screen).
		WithProgramOptions(tea.WithInput(a.In), tea.WithOutput(a.progress.screen), tea.WithoutSignalHandler())
	if !a.colors(true) {
		form = form.WithTheme(huh.ThemeFunc(huh.ThemeBase))
	}
	switch err := form.RunWithContext(ctx); {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, huh.ErrUserAborted):
		return nil, &flows.Stop{Code: flows.CodeInterrupted, Message: "interrupted", Hint: nothingDone}
	case err != nil:
		return nil, &flows.Stop{Code: flows.CodeInternal, Message: "the list could not be shown: " + err.Error(), Err: err, Hint: "name the devices"}
	case len(keys) == 0:
		return nil, &flows.Stop{Code: flows.CodeNotAll, Message: "nothing was picked: " + nothingDone}
	}
	return keys, nil
}

// pickable are the devices that a key tells from all others, as lines to pick from.
func pickable(devices []device.Device) (options []huh.Option[string]) {
	for _, d := range devices {
		if d.Key == "" || d.Deregisterable != nil && !*d.Deregisterable {
			continue
		}
		line := device.Printable(d.Name)
		for _, more := range []string{d.Family, d.Serial, d.Registered} {
			if more = device.Printable(more); more != "" {
				line += "  " + more
			}
		}
		options = append(options, huh.NewOption(strings.TrimSpace(line), d.Key))
	}
	return options
}
