package standin

// layoutWords are the words of the drawn pages by language.
var layoutWords = map[string]map[string]string{
	"en": {
		"dereg": "Deregister", "wipe": "Wipe and deregister", "all": "Deregister all", "lock": "Remote lock", "reset": "Factory reset",
		"voice": "Delete voice recordings", "help": "Deregister a device: help", "rename": "Rename", "group": "Delete group", "buy": "Shop now",
		"yes": "Yes, deregister", "confirm": "Confirm", "continue": "Continue", "ok": "OK", "cancel": "Cancel", "close": "Close",
		"ask": "Deregister {name}?", "askThis": "Deregister this device?", "asking": "If you deregister {name}, it can no longer use your content.",
		"askingThis": "A device that you deregister can no longer use your content.", "explain": "You can do a factory reset first, or wipe it remotely, if you want to give it away.",
		"tick": "I understand", "sure": "Is that all? The device will be deregistered now.", "done": "{name} was deregistered.", "doneThis": "The device was deregistered.", "failed": "That did not work. Try again.",
		"more": "Show more", "next": "Next", "back": "Back", "devices": "Devices", "overview": "Overview", "allKinds": "All devices", "choose": "Choose a device type", "empty": "There are no devices here.",
		"name": "Name", "kind": "Type", "date": "Registered", "serial": "Serial number", "actions": "Actions", "new": "New", "default": "Default",
		"survey": "How do you like this page?", "good": "Good", "bad": "Not good", "banner": "Prime members get more out of their devices.", "try": "Try Prime", "cookies": "We use cookies to make this page work.", "accept": "Accept",
		"search": "Search", "lonely": "Give {name} some company: up to 30% off", "loading": "Loading", "settings": "Settings", "home": "Home", "history": "History", "welcome": "Manage what you own", "overviewBody": "Your content and your devices in one place.",
		"content": "Content", "preferences": "Preferences", "privacy": "Privacy Settings", "title": "Manage Your Content and Devices", "everywhere": "Everywhere", "group kind": "Speaker group", "of": "Belongs to {name}", "selected": "Selected devices", "pick": "Select", "details": "Details", "account": "Device is registered to:",
	},
	"de": {
		"dereg": "Abmelden", "wipe": "Löschen und abmelden", "all": "Alle abmelden", "lock": "Aus der Ferne sperren", "reset": "Auf Werkseinstellungen zurücksetzen",
		"voice": "Sprachaufzeichnungen löschen", "help": "Ein Gerät abmelden: Hilfe", "rename": "Umbenennen", "group": "Gruppe löschen", "buy": "Jetzt kaufen",
		"yes": "Ja, abmelden", "confirm": "Bestätigen", "continue": "Weiter", "ok": "OK", "cancel": "Abbrechen", "close": "Schließen",
		"ask": "{name} abmelden?", "askThis": "Dieses Gerät abmelden?", "asking": "Wenn Sie {name} abmelden, sind Ihre Inhalte dort nicht mehr nutzbar.",
		"askingThis": "Auf einem Gerät, das Sie abmelden, sind Ihre Inhalte nicht mehr nutzbar.", "explain": "Vor dem Weitergeben können Sie es auf Werkseinstellungen zurücksetzen oder aus der Ferne löschen.",
		"tick": "Ich habe verstanden", "sure": "Ist das alles? Das Gerät wird jetzt abgemeldet.", "done": "{name} wurde abgemeldet.", "doneThis": "Das Gerät wurde abgemeldet.", "failed": "Das ging nicht. Versuchen Sie es noch einmal.",
		"more": "Mehr anzeigen", "next": "Weiter", "back": "Zurück", "devices": "Geräte", "overview": "Übersicht", "allKinds": "Alle Geräte", "choose": "Gerätetyp wählen", "empty": "Hier gibt es keine Geräte.",
		"name": "Name", "kind": "Typ", "date": "Angemeldet am", "serial": "Seriennummer", "actions": "Aktionen", "new": "Neu", "default": "Standard",
		"survey": "Wie gefällt Ihnen diese Seite?", "good": "Gut", "bad": "Nicht gut", "banner": "Mit Prime holen Sie mehr aus Ihren Geräten.", "try": "Prime testen", "cookies": "Diese Seite braucht Cookies.", "accept": "Annehmen",
		"search": "Suchen", "lonely": "Gesellschaft für {name}: bis zu 30 % günstiger", "loading": "Wird geladen", "settings": "Einstellungen", "home": "Startseite", "history": "Verlauf", "welcome": "Verwalten, was Ihnen gehört", "overviewBody": "Ihre Inhalte und Ihre Geräte an einem Ort.",
		"content": "Inhalte", "preferences": "Einstellungen", "privacy": "Privatsphäre", "title": "Meine Inhalte und Geräte", "everywhere": "Überall", "group kind": "Lautsprechergruppe", "of": "Gehört zu {name}", "selected": "Ausgewählte Geräte", "pick": "Auswählen", "details": "Details", "account": "Gerät ist angemeldet auf:",
	},
}

// layoutRooms are what names are made of, layoutWeak names that are also words, families or types of the pages.
var (
	layoutRooms = map[string][]string{
		"en": {"Kitchen", "Bedroom", "Office", "Hall", "Garage", "Living Room", "Attic", "Ada's", "Mia's", "Guest Room", "Workshop", "Tom & Ada's", "Den"},
		"de": {"Küche", "Schlafzimmer", "Büro", "Flur", "Garage", "Wohnzimmer", "Dachboden", "Adas", "Mias", "Gästezimmer", "Werkstatt", "Tom & Adas", "Bad"},
	}
	layoutWeak = map[string][]string{
		"en": {"Deregister", "OK", "Close", "Devices", "Echo", "Kindle", "Echo Dot", "Fire TV", "Next", "Default", "Details", "Show more"},
		"de": {"Abmelden", "OK", "Schließen", "Geräte", "Echo", "Kindle", "Echo Dot", "Fire TV", "Weiter", "Standard", "Details", "Mehr anzeigen"},
	}
)
