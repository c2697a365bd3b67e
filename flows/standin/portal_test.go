package standin

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func portalVisitor(t *testing.T, scenario string) *visitor {
	v := visitor0(t, scenario)
	v.base = "https://alexa.amazon.com"
	return v
}

// delete is the portal's request, with the cookie repeated in its header or not.
func (v *visitor) delete(serial, kind, csrf string) reply {
	v.t.Helper()
	req, err := http.NewRequest("DELETE", v.base+"/api/devices/device/"+serial+"?deviceType="+kind, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("csrf", csrf)
	return v.do(req)
}

func (v *visitor) cookie(name string) string {
	u, _ := url.Parse(v.base + "/")
	for _, c := range v.http.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func signInToPortal(v *visitor) reply {
	page := v.get("/")
	v.base = "https://www.amazon.com"
	page = v.post("/ap/signin", fill(page, "email", email))
	page = v.post("/ap/signin", fill(page, "password", password))
	v.base = "https://alexa.amazon.com"
	return page
}

func TestThePortalIsRetiredUnlessAskedFor(t *testing.T) {
	for _, sc := range []string{"", "portal-retired", "many"} {
		v := portalVisitor(t, sc)
		page := v.get("/")
		if page.status != 200 || strings.Contains(page.body, "d-content") || !strings.Contains(page.body, "apps.apple.com") {
			t.Errorf("%q: %d %s", sc, page.status, page.body)
		}
	}
}

func TestThePortalAsksToSignInAndComesBack(t *testing.T) {
	v := portalVisitor(t, "portal")
	if page := v.get("/"); page.url.Host != "www.amazon.com" || page.url.Path != "/ap/signin" {
		t.Fatalf("at %s", page.url)
	}
	if r := v.get("/api/devices-v2/device?cached=false"); r.status != 401 {
		t.Fatalf("the list was answered %d to a visitor", r.status)
	}
	if page := signInToPortal(v); page.url.String() != "https://alexa.amazon.com/spa/index.html" || !strings.Contains(page.body, `id="d-content"`) {
		t.Fatalf("at %s", page.url)
	}
	if r := v.get("/api/bootstrap"); r.status != 404 {
		t.Errorf("bootstrap is answered %d", r.status)
	}
}

func TestThePortalAndTheContentPageShareOneAccount(t *testing.T) {
	v := portalVisitor(t, "portal")
	signInToPortal(v)
	list := v.get("/api/devices-v2/device?cached=false").body
	for _, want := range []string{`"accountName":"Kitchen Echo"`, "DEREGISTER_DEVICE", `"deviceFamily":"WHA"`, `"deviceFamily":"VOX"`, "Ada's Simulator"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %s", want)
		}
	}
	if strings.Contains(list, "Ada's Kindle") {
		t.Error("the portal lists a Kindle")
	}
	const serial = "G0STANDIN0001301"
	if r := v.delete(serial, echo, "1"); r.status != 403 {
		t.Errorf("a wrong token is answered %d", r.status)
	}
	if r := v.delete(serial, echo, v.cookie("csrf")); r.status != 200 || r.body != "" {
		t.Errorf("answered %d %q", r.status, r.body)
	}
	r := v.site.Record()
	if len(r.Deregistered) != 1 || r.Deregistered[0].Name != "Kitchen Echo" || len(r.Portal) != 1 {
		t.Fatalf("record %+v", r.Deregistered)
	}
	if r := v.delete(serial, echo, v.cookie("csrf")); r.status != 404 {
		t.Errorf("a second time: %d", r.status)
	}
	v.base = "https://www.amazon.com"
	page := v.get("/hz/mycd/myx")
	if a := v.ajax(token(t, page), `{"GetDevices":{}}`); strings.Contains(a.body, "Kitchen Echo\"") {
		t.Error("the content page still lists it")
	}
}

func TestThePortalOffersNoDeregisterForWhatIsNotOfficialHardware(t *testing.T) {
	v := portalVisitor(t, "portal+household")
	signInToPortal(v)
	for _, d := range v.site.Record().Devices {
		want := map[string]bool{"Kitchen Echo": true, "Bedroom Echo Dot": true, "Living Room Show": true}[d.Name]
		if got := v.site.portalButton(d); got != want {
			t.Errorf("%s: %v", d.Name, got)
		}
	}
}
