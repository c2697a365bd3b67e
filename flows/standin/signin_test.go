package standin

import (
	"strings"
	"testing"
)

const mycdPath = "/hz/mycd/myx?pageType=content&ref_=nav_AccountFlyout_myk"

func TestSignInRoundTrip(t *testing.T) {
	v := visit0(t, "")
	home := v.get("https://amazon.com/")
	if home.url.Host != "www.amazon.com" || !strings.Contains(home.body, "nav-unrec") {
		t.Fatalf("home at %s, want the signed-out one at www.amazon.com", home.url)
	}
	page := v.get(mycdPath)
	if page.url.Path != "/ap/signin" || page.url.Query().Get("openid.pape.max_auth_age") != "3600" || page.url.Query().Get("openid.assoc_handle") != "usflex" {
		t.Fatalf("devices without a sign-in led to %s", page.url)
	}
	page = v.signIn(mycdPath)
	if page.url.Path != "/hz/mycd/myx" || page.url.Query().Get("pageType") != "content" {
		t.Fatalf("after the password: %s, want the page that was asked for", page.url)
	}
	if got := v.get("/"); !strings.Contains(got.body, "nav-rec ") || !strings.Contains(got.body, `"customerId":"`+customerID+`"`) {
		t.Error("home after the sign-in does not know the customer")
	}
	r := v.site.Record()
	if r.SignIns != 1 || r.Passwords != (Attempts{1, 1}) || r.Emails != 1 || !r.RememberMe || len(r.Decoys) != 0 {
		t.Errorf("record: %+v", r)
	}
}
